"""What the page of agreement shows of a report: one label and one round of it, as plots and tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Any
from uuid import UUID

from annotations.domain.plot.forest import ForestPlot, ForestRow, forest_plot
from annotations.domain.plot.matrix import MatrixFigure, MatrixPlot, matrix_plot
from annotations.domain.plot.over_time import TimeFigure, TimePlot, time_plot
from annotations.enums import Question
from annotations.ml_gateway.agreement_report import (
    FIGURE_DEFINITIONS,
    FIGURE_NAMES,
    NO_INTERVAL,
    SECTIONS,
    UNDEFINED_FIGURES,
)
from annotations.models import AgreementReport, Reader

MEASURES = ("dice_l_sym", "dice", "cl_dice", "detection_f1")
SHARES = ("segments_by_all", "segments_by_one", "length_by_all", "length_by_one")
PROPOSAL = ("length_shown_less_hidden", "time_shown_less_hidden")
# What else is estimated of errors stands in the table.
ERRORS = ("segments_missed_estimated", "segments_false_share", "pixels_missed")


@dataclass(frozen=True, kw_only=True)
class ShownFigure:
    """A figure in the words of the page."""

    measure: str
    name: str
    definition: str
    readers: tuple[str, ...]
    part: str
    question: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n_images: int
    n_patients: int
    left_out: str
    reason: str
    no_interval: str

    @property
    def whom(self) -> str:
        return " and ".join(dict.fromkeys(self.readers)) or "All readers"

    @property
    def interval(self) -> tuple[float | None, float | None, float | None]:
        return self.value, self.low, self.high


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person chose to look at."""

    label: str
    round: int
    measure: str
    pair: tuple[UUID, UUID] | None = None


@dataclass(frozen=True)
class ReaderPair:
    """Two readers to choose, by their ids as the address has them."""

    ids: str
    text: str
    is_chosen: bool


@dataclass
class AgreementPicture:
    """The figures of a report by section, for one label and round; answers and repeats for all labels."""

    report: AgreementReport
    choice: Choice
    pseudonyms: Mapping[str, str]
    questions: Mapping[str, str]
    sections: dict[str, list[ShownFigure]] = field(default_factory=dict)
    readers: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, report: AgreementReport, choice: Choice) -> "AgreementPicture":
        ids = {reader for one in report.figures for reader in one.get("readers", ())}
        pseudonyms = {
            str(pk): pseudonym
            for pk, pseudonym in Reader.objects.filter(id__in=ids).values_list("id", "pseudonym")
        }
        asked = report.campaign.questions.values_list("slug", "text")
        questions = {**dict(Question.choices), **dict(asked)}
        picture = cls(report, choice, pseudonyms, questions, {section: [] for section in SECTIONS})
        for one in report.figures:
            if picture.is_of_choice(one):
                picture.sections[one["section"]].append(picture.shown(one))
        of_round = [one.get("readers", ()) for one in report.figures if one.get("round") == choice.round]
        picture.readers = sorted({pseudonyms[reader] for readers in of_round for reader in readers})
        return picture

    @property
    def rounds(self) -> list[int]:
        return sorted({one["round"] for one in self.report.figures if one.get("round")})

    def is_of_choice(self, one: Mapping[str, Any]) -> bool:
        is_label = one.get("label", self.choice.label) == self.choice.label
        is_round = one.get("round", 0) in (0, self.choice.round)
        return is_label and is_round

    def shown(self, one: Mapping[str, Any]) -> ShownFigure:
        return ShownFigure(
            measure=one["measure"],
            name=FIGURE_NAMES[one["measure"]],
            definition=self.report.definitions.get(
                one["measure"], FIGURE_DEFINITIONS.get(one["measure"], "")
            ),
            readers=tuple(self.pseudonyms[reader] for reader in one.get("readers", ())),
            part=one.get("part", ""),
            question=self.questions.get(one.get("question", ""), ""),
            unit=one.get("unit", ""),
            value=one.get("value"),
            low=one.get("low"),
            high=one.get("high"),
            n_images=one.get("n_images", 0),
            n_patients=one.get("n_patients", 0),
            left_out=_left_out(one),
            reason=UNDEFINED_FIGURES.get(one.get("undefined", ""), ""),
            no_interval=NO_INTERVAL.get(one.get("no_interval", ""), ""),
        )

    def figures(self, section: str, *measures: str, pair: Sequence[str] = ()) -> list[ShownFigure]:
        return [
            one
            for one in self.sections[section]
            if (not measures or one.measure in measures) and (not pair or set(one.readers) == set(pair))
        ]

    @cached_property
    def chosen_pair(self) -> tuple[str, str] | None:
        """Name the pair that was chosen, or the two who agree least, in the order of the report."""
        found = self.figures("pair", self.choice.measure)
        if self.choice.pair is not None:
            wanted = {self.pseudonyms.get(str(reader), "") for reader in self.choice.pair}
            found = [one for one in found if set(one.readers) == wanted]
        if not found:
            return None
        least = min(found, key=lambda one: (one.value is None, one.value or 0.0))
        return least.readers[0], least.readers[1]

    @cached_property
    def matrix(self) -> MatrixPlot:
        of_pair = {frozenset(one.readers): one for one in self.figures("pair", self.choice.measure)}
        cells = {}
        for first, second in combinations(self.readers, 2):
            one = of_pair.get(frozenset((first, second)))
            if one is not None:
                cells[first, second] = MatrixFigure(
                    value=one.value,
                    n_images=one.n_images,
                    address=self.address(pair=(first, second)),
                    is_chosen=set(self.chosen_pair or ()) == {first, second},
                )
        return matrix_plot(self.readers, cells)

    @cached_property
    def overview(self) -> ForestPlot:
        return self._forest(self.figures("all", *MEASURES, "fleiss_marked"), by_name=True)

    @cached_property
    def by_pair(self) -> ForestPlot:
        return self._forest(self.figures("pair", self.choice.measure))

    @cached_property
    def by_reader(self) -> ForestPlot:
        return self._forest(self.figures("reader", self.choice.measure))

    @cached_property
    def repeats(self) -> ForestPlot:
        return self._forest(self.figures("repeat", self.choice.measure))

    @cached_property
    def shares(self) -> ForestPlot:
        return self._forest(self.figures("segment", *SHARES), by_name=True)

    @cached_property
    def errors(self) -> list[tuple[str, str, ForestPlot]]:
        """Name, define and lay out each kind of error, where it was estimated."""
        found = [self.figures("noise", measure) for measure in ERRORS]
        return [(kind[0].name, kind[0].definition, self._forest(kind)) for kind in found if kind]

    @cached_property
    def proposals(self) -> list[tuple[str, str, ForestPlot]]:
        """Name, define and lay out what showing the model's proposal did to lengths and times."""
        found = [self.figures("proposal", measure) for measure in PROPOSAL]
        return [
            (f"{kind[0].name}, {kind[0].unit}", kind[0].definition, self._forest(kind, is_share=False))
            for kind in found
            if kind
        ]

    @cached_property
    def over_time(self) -> TimePlot:
        return time_plot(
            [
                TimeFigure(
                    day=date.fromisoformat(one.part),
                    value=one.value,
                    low=one.low,
                    high=one.high,
                    n_images=one.n_images,
                )
                for one in self.figures("time", self.choice.measure)
            ]
        )

    @cached_property
    def pairs(self) -> list[ReaderPair]:
        """Name every two readers who share an image, to choose among."""
        of_measure = self.figures("pair", self.choice.measure)
        ids = {pseudonym: pk for pk, pseudonym in self.pseudonyms.items()}
        return [
            ReaderPair(
                ids=",".join(ids[name] for name in one.readers),
                text=one.whom,
                is_chosen=one.readers == self.chosen_pair,
            )
            for one in of_measure
        ]

    @cached_property
    def of_readers(self) -> list[ShownFigure]:
        return [*self.sections["reader"], *self.sections["segment"], *self.sections["noise"]]

    @property
    def definitions(self) -> list[tuple[str, str]]:
        """Name and define every figure of the report."""
        return [(name, self.report.definitions.get(measure, "")) for measure, name in FIGURE_NAMES.items()]

    @property
    def of_pair(self) -> list[ShownFigure]:
        """Give the figures of the chosen pair."""
        return self.figures("pair", pair=self.chosen_pair or ("",))

    def pair_ids(self) -> tuple[UUID, UUID] | None:
        ids = {pseudonym: UUID(pk) for pk, pseudonym in self.pseudonyms.items()}
        return None if self.chosen_pair is None else (ids[self.chosen_pair[0]], ids[self.chosen_pair[1]])

    def level(self, measure: str, unit: str) -> tuple[float | None, float | None, float | None]:
        """Give a figure of the chosen pair with its interval, as a line of a plot."""
        found = [one.interval for one in self.of_pair if one.measure == measure and one.unit == unit]
        return found[0] if found else (None, None, None)

    def _forest(
        self, figures: Iterable[ShownFigure], *, by_name: bool = False, is_share: bool = True
    ) -> ForestPlot:
        """Lay out shares and coefficients from 0 to 1, other figures around 0."""
        rows = [
            ForestRow(
                name=one.name if by_name else one.whom,
                value=one.value,
                low=one.low,
                high=one.high,
                address=self.address(pair=one.readers) if len(set(one.readers)) == 2 else "",
                reason=one.reason,
            )
            for one in figures
        ]
        return forest_plot(rows, low=0.0, high=1.0) if is_share else forest_plot(rows)

    def address(self, *, pair: Sequence[str] = ()) -> str:
        """Give the query under which the page shows the same with another pair."""
        ids = {pseudonym: pk for pk, pseudonym in self.pseudonyms.items()}
        query = f"?label={self.choice.label}&round={self.choice.round}&measure={self.choice.measure}"
        return query + (f"&pair={','.join(ids[name] for name in pair)}" if pair else "")


def _left_out(one: Mapping[str, Any]) -> str:
    parts = []
    if one.get("n_both_empty"):
        parts.append(f"{one['n_both_empty']} without a mark")
    if one.get("n_without_spacing"):
        parts.append(f"{one['n_without_spacing']} of unknown pixel size")
    if one.get("n_arm_not_kept"):
        parts.append(f"{one['n_arm_not_kept']} readings not made as the lot said")
    return ", ".join(parts)
