"""A planted copy and the exam that it shows: nobody gets both, whichever comes first, in whatever campaign.

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
    twins: dict[UUID, set[UUID]] = defaultdict(set)
    pairs = PlantedCopy.objects.order_by().values_list("mammogram__study__patient", "source__study__patient")
    for copy, source in pairs.distinct():
        twins[copy].add(source)
        twins[source].add(copy)
    closed: dict[UUID, set[UUID]] = {reader: set() for reader in readers}
    if not twins:
        return closed
    had = Assignment.objects.filter(reader__in=list(closed), study__patient__in=list(twins)).order_by()
    for reader, patient in had.values_list("reader", "study__patient").distinct():
        closed[reader] |= twins[patient]
    return closed


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
