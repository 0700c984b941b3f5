"""The cases behind the figures of agreement: pairs of readings of one image, sorted, drawn and listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Coalesce

from annotations.domain.agreement_report import in_order
from annotations.domain.plot.case import Case
from annotations.domain.reading_pair import current_pairs
from annotations.ml_gateway.agreement_report import COMPARISON_FIELDS
from annotations.models import Campaign, ReadingPair

WORST = 10
# At a time. One image comes with each of its pairs, and not each pair counts.
LOOKED_AT = 500


# Head of each column of the file, and where it comes from.
CASE_COLUMNS = {
    "patient": "first__mammogram__study__patient__code",
    "laterality": "first__mammogram__image_laterality",
    "view": "first__mammogram__view_position",
    "image": "first__mammogram_id",
    "label": "label",
    "first_reader": "first__reader__pseudonym",
    "first_round": "first__assignment__round",
    "first_reading": "first_id",
    "second_reader": "second__reader__pseudonym",
    "second_round": "second__assignment__round",
    "second_reading": "second_id",
    "definition_version": "comparison__definition_version",
    "pixel_spacing_row_mm": "comparison__pixel_spacing_row_mm",
    "pixel_spacing_column_mm": "comparison__pixel_spacing_column_mm",
}


@dataclass(frozen=True, kw_only=True)
class CaseChoice:
    """Which cases: of one label and one round, of one pair of readers or of all."""

    label: str
    round: int = 1
    pair: tuple[UUID, UUID] | None = None


def cases_of(campaign: Campaign, visible: QuerySet[ReadingPair], choice: CaseChoice) -> QuerySet[ReadingPair]:
    """Give the comparisons that count, out of those that a person may see."""
    found = (current_pairs(campaign) & visible).filter(
        label=choice.label, first__assignment__round=choice.round, second__assignment__round=choice.round
    )
    if choice.pair is not None:
        first, second = sorted(choice.pair)
        found = found.filter(first__reader=first, second__reader=second)
    return found


def worst_cases(
    found: QuerySet[ReadingPair], measure: str, *, among: QuerySet[ReadingPair]
) -> list[ReadingPair]:
    """Give the images on which readers agree least, once each; of equal ones the largest labels first.

    `among` holds all that is found, and perhaps more. It is put in order, and only of the worst it is asked
    whether they are found: at 100,000 exams that takes a second for all.
    """
    score = F(f"comparison__{measure}")
    at_stake = F("comparison__area_first_px") + F("comparison__area_second_px")
    known = among.filter(**{f"comparison__{measure}__isnull": False})
    ordered = known.order_by(score, at_stake.desc(), "id").values_list("id", flat=True)
    whose = ("first__mammogram__study__patient", "first__reader", "second__reader", "comparison")
    by_image: dict[UUID, ReadingPair] = {}
    begin = 0
    while len(by_image) < WORST and (worst := list(ordered[begin : begin + LOOKED_AT])):
        pairs = found.annotate(score=score).select_related(*whose).in_bulk(worst)
        for pair in (pairs[each] for each in worst if each in pairs):
            by_image.setdefault(pair.first.mammogram_id, pair)
        begin += LOOKED_AT
    return list(by_image.values())[:WORST]


def drawn_cases(found: QuerySet[ReadingPair], *, unit: str) -> list[Case]:
    """Give each case with both lengths, in millimetres or, where pixels have no size, in pixels."""
    known = found.filter(comparison__length_first_mm__isnull=unit == "px")
    rows = known.annotate(
        first_length=Coalesce(f"comparison__length_first_{unit}", 0.0, output_field=FloatField()),
        second_length=Coalesce(f"comparison__length_second_{unit}", 0.0, output_field=FloatField()),
    ).values_list(
        "first_id",
        "second_id",
        "is_turned",
        "first_length",
        "second_length",
        "first__mammogram__study__patient__code",
        "first__mammogram__image_laterality",
        "first__mammogram__view_position",
    )
    cases = []
    for first, second, is_turned, one, other, patient, side, view in rows.order_by("id"):
        cases.append(
            Case(
                name=f"{patient} {side}{view}",
                first=other if is_turned else one,
                second=one if is_turned else other,
                reference=str(first),
                candidate=str(second),
            )
        )
    return cases


def comparison_rows(found: QuerySet[ReadingPair]) -> Iterator[list[object]]:
    """Give every comparison for a file: who, what, and every number of it as it stands."""
    names = [*CASE_COLUMNS.values(), "is_turned", *(f"comparison__{name}" for name in COMPARISON_FIELDS)]
    for row in found.order_by("first__mammogram_id", "label", "id").values_list(*names).iterator():
        *about, is_turned = row[: -len(COMPARISON_FIELDS)]
        yield [*about, *in_order(row[-len(COMPARISON_FIELDS) :], is_turned=is_turned)]
