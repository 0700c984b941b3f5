"""A planted copy, the exam that it shows, and other copies of it: nobody gets two, in whatever campaign.

Every way of giving exams to readers asks here: plans, pools, newcomers, giving by hand, references.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from annotations.models import Assignment, PlantedCopy, Study

Reading = tuple[UUID, UUID]


def patients_closed_to(readers: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Name for each reader the patients of whom she must get nothing: she has, or had, their twin.

    A copy is a patient of her own and brings earlier exams along, so patients are told apart and not exams.
    """
    twins = twins_by_patient()
    closed: dict[UUID, set[UUID]] = {reader: set() for reader in readers}
    if not twins:
        return closed
    had = Assignment.objects.filter(reader__in=list(closed), study__patient__in=list(twins)).order_by()
    for reader, patient in had.values_list("reader", "study__patient").distinct():
        closed[reader] |= twins[patient]
    return closed


def twins_by_patient() -> dict[UUID, set[UUID]]:
    """Name for each patient who was copied, and for each copy, the others who show the same breasts."""
    shows: dict[UUID, set[UUID]] = defaultdict(set)
    pairs = PlantedCopy.objects.order_by().values_list("source__study__patient", "mammogram__study__patient")
    for source, copy in pairs.distinct():
        shows[source] |= {source, copy}
    return {patient: alike - {patient} for alike in shows.values() for patient in alike}


def twins_among(studies: Collection[UUID]) -> bool:
    """Whether two of these exams show the same breasts under different names."""
    patients = set(Study.objects.filter(id__in=studies).values_list("patient", flat=True))
    return any(alike & patients for patient, alike in twins_by_patient().items() if patient in patients)


def closed_readings(studies: Collection[UUID], readers: Iterable[UUID]) -> set[Reading]:
    """Return (exam, reader) of those exams that must not come to those readers."""
    closed = patients_closed_to(readers)
    patients = set().union(*closed.values())
    if not patients:
        return set()
    of_patients = Study.objects.filter(id__in=studies, patient__in=patients).values_list("id", "patient")
    return {
        (study, reader)
        for study, patient in of_patients
        for reader, names in closed.items()
        if patient in names
    }
