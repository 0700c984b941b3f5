"""Who reads what in a campaign: drawn from what the lead asks, looked at first, then given out as a whole."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from annotations.domain.exam_end import ENDED
from annotations.domain.left_out import left_out
from annotations.domain.plan_request import PlanRequest
from annotations.domain.planned_reading import planned_readings, standing_withdrawals
from annotations.domain.planted_twin import closed_readings
from annotations.domain.reading_order import loads_of
from annotations.domain.repeat import draw_repeats
from annotations.ml_gateway.overlap_plan import LARGEST_SEED, Overlap, plan_overlap
from annotations.models import (
    Assignment,
    Campaign,
    Mammogram,
    PlantedCopy,
    PoolSlot,
    Reader,
    ReferenceExam,
    Study,
)

Reading = tuple[UUID, UUID]


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """Who would read what: all readings of the campaign, and of them those that are new.

    `problem` says why this is not what was asked for; `offer` then asks for what this is.
    """

    request: PlanRequest
    seed: int
    readers: Sequence[UUID]
    readers_of_exam: Mapping[UUID, Sequence[UUID]]
    new_readings: Sequence[Reading]
    note: str
    problem: str
    offer: PlanRequest | None

    @property
    def loads(self) -> dict[UUID, int]:
        counts = Counter(reader for readers in self.readers_of_exam.values() for reader in readers)
        return {reader: counts[reader] for reader in self.readers}

    @property
    def new_loads(self) -> dict[UUID, int]:
        counts = Counter(reader for _study, reader in self.new_readings)
        return {reader: counts[reader] for reader in self.readers}

    @property
    def meetings(self) -> dict[frozenset[UUID], int]:
        return meetings_of(self.readers_of_exam, self.readers)

    @property
    def exams_by_number(self) -> dict[int, int]:
        return dict(sorted(Counter(map(len, self.readers_of_exam.values())).items()))


def meetings_of(
    readers_of_exam: Mapping[UUID, Sequence[UUID]], readers: Sequence[UUID]
) -> dict[frozenset[UUID], int]:
    """Count for every two readers the exams that both read."""
    met = Counter(frozenset(pair) for names in readers_of_exam.values() for pair in combinations(names, 2))
    return {frozenset(pair): met[frozenset(pair)] for pair in combinations(readers, 2)}


def draw_seed() -> int:
    return secrets.randbelow(LARGEST_SEED + 1)


def readers_of(campaign: Campaign) -> list[Reader]:
    """List who reads in a campaign now, in the order in which they joined."""
    members = campaign.readers.filter(left_at=None).select_related("reader__user")
    return [member.reader for member in members.order_by("created_at", "reader__pseudonym")]


def available_studies(campaign: Campaign) -> QuerySet[Study]:
    """Exams that could still come into a campaign: with images, not in it, and not made for its reference."""
    of_campaign = {"campaign": campaign, "study": OuterRef("pk")}
    # Each condition by itself, not the opposite of any: the database then joins instead of looking up.
    return Study.objects.filter(
        Exists(Mammogram.objects.filter(study=OuterRef("pk"))),
        ~Exists(Assignment.objects.filter(**of_campaign)),
        ~Exists(PoolSlot.objects.filter(**of_campaign)),
        ~Exists(standing_withdrawals(campaign).filter(study=OuterRef("pk"))),
        ~Exists(ReferenceExam.objects.filter(study=OuterRef("pk"))),
        ~Exists(PlantedCopy.objects.filter(mammogram__study=OuterRef("pk"))),
    )


def exams_of(campaign: Campaign) -> QuerySet[Study]:
    """Exams that are in a campaign: given out or in its pool, and not withdrawn."""
    of_campaign = {"campaign": campaign, "study": OuterRef("pk")}
    return Study.objects.filter(
        Exists(Assignment.objects.filter(**of_campaign)) | Exists(PoolSlot.objects.filter(**of_campaign))
    ).exclude(Exists(standing_withdrawals(campaign).filter(study=OuterRef("pk"))))


def draft_plan(
    *,
    campaign: Campaign,
    request: PlanRequest,
    studies: Sequence[UUID],
    readers: Sequence[UUID],
    seed: int,
) -> PlanDraft:
    """Draw who reads the new exams, and what older ones still lack; nothing is stored.

    What was given out stays as it is and counts. The same seed, exams and readers give the same draft. A new
    exam that one of the readers must not get stays out, and the note says how many.
    """
    readings: dict[UUID, list[UUID]] = {}
    ended: set[Reading] = set()
    rows = planned_readings(campaign).order_by("study_id", "reader_id")
    for study, reader, state in rows.values_list("study", "reader", "state"):
        of_exam = readings.setdefault(study, [])
        if state in ENDED:
            ended.add((study, reader))
        else:
            of_exam.append(reader)
    stays_out = left_out(campaign, set(studies) - readings.keys(), readers)
    ended |= closed_readings(readings, readers)
    exams = [*sorted(readings), *sorted(set(studies) - stays_out.exams - readings.keys())]
    overlap = plan_overlap(
        len(exams),
        [str(reader) for reader in readers],
        shares=request.shares,
        least_meetings=request.pairs_meet if len(readers) > 1 else 0,
        seed=seed,
        existing={
            number: [str(name) for name in readings.get(exam, ())] for number, exam in enumerate(exams)
        },
    )
    draft = _as_draft(overlap, exams=exams, readers=readers, ended=ended, request=request, seed=seed)
    return replace(draft, note=" ".join(filter(None, [draft.note, stays_out.note])))


def draft_repeats(campaign: Campaign, draft: PlanDraft) -> list[Reading]:
    """Draw (exam, reader) of what readers would read once more, beside what was drawn before."""
    exams: dict[UUID, list[UUID]] = {reader: [] for reader in draft.readers}
    for study, readers in draft.readers_of_exam.items():
        for reader in readers:
            if reader in exams:
                exams[reader].append(study)
    second = Assignment.objects.filter(campaign=campaign, round=2).values_list("study", "reader")
    repeated = loads_of(list(second))
    return draw_repeats(exams, share=draft.request.repeat_share, seed=draft.seed, repeated=repeated)


def _as_draft(
    overlap: Overlap,
    *,
    exams: Sequence[UUID],
    readers: Sequence[UUID],
    ended: set[Reading],
    request: PlanRequest,
    seed: int,
) -> PlanDraft:
    of_exam = {
        exam: [UUID(name) for name in names]
        for exam, names in zip(exams, overlap.readers_of_exam, strict=True)
    }
    new = [(exams[number], UUID(name)) for number, name in overlap.new_readings]
    new, lacking = _give_to_others(new, of_exam, readers, ended)
    draft = PlanDraft(
        request=request,
        seed=seed,
        readers=readers,
        readers_of_exam=of_exam,
        new_readings=new,
        note=overlap.load_note,
        problem="",
        offer=None,
    )
    problem = overlap.problem or lacking or _too_few_meetings(draft)
    if not problem:
        return draft
    least = min(draft.meetings.values(), default=0)
    offer = request.nearest(draft.exams_by_number, least)
    return replace(draft, problem=problem, offer=offer)


def _give_to_others(
    new: Sequence[Reading],
    of_exam: dict[UUID, list[UUID]],
    readers: Sequence[UUID],
    ended: set[Reading],
) -> tuple[list[Reading], str]:
    """Give what a reader has skipped, or was taken off, to whoever has least; she does not get it again."""
    loads = Counter(name for names in of_exam.values() for name in names)
    kept, lacking = [], 0
    for study, reader in new:
        if (study, reader) not in ended:
            kept.append((study, reader))
            continue
        of_exam[study].remove(reader)
        loads[reader] -= 1
        free = [name for name in readers if name not in of_exam[study] and (study, name) not in ended]
        if not free:
            lacking += 1
            continue
        other = min(free, key=lambda name: loads[name])
        loads[other] += 1
        of_exam[study].append(other)
        kept.append((study, other))
    if not lacking:
        return kept, ""
    return kept, (
        f"Nobody can make {lacking} reading{'s' * (lacking != 1)}: every reader of the campaign has read the "
        "exam, skipped it, or was taken off it. Add a reader."
    )


def _too_few_meetings(draft: PlanDraft) -> str:
    least = min(draft.meetings.values(), default=draft.request.pairs_meet)
    if least >= draft.request.pairs_meet:
        return ""
    return (
        f"Some readers share {least} exams and not {draft.request.pairs_meet}: exams that they skipped went "
        "to others. Ask for fewer meetings, or have more exams read by two."
    )


def draw_studies(
    campaign: Campaign, *, patients: Sequence[str] = (), count: int | None = None, seed: int
) -> list[UUID]:
    """Draw exams that could come into a campaign: all of them, or so many, of all patients or of these."""
    studies = available_studies(campaign)
    if patients:
        studies = studies.filter(patient__code__in=patients)
    ids = sorted(studies.values_list("id", flat=True))
    if count is None or count >= len(ids):
        return ids
    return Random(f"exams {seed}").sample(ids, count)  # noqa: S311 - a lot that can be drawn again, no secret
