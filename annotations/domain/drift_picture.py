"""How the readings of each reader change, as small pictures on the same scales: no ranking, no names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from annotations.domain.drift import ReadExam
from annotations.domain.plot.small_multiple import Line, SmallMultiple, lay_out
from annotations.ml_gateway.quality import FittedLine, fit_trend

Range = tuple[float, float]


@dataclass(frozen=True)
class Quantity:
    """One thing that is watched: its name and unit, its value of an exam, and how it is written."""

    key: str
    text: str
    unit: str
    value: Callable[[ReadExam], float | None]
    definition: str
    missing: str


@dataclass(frozen=True)
class Along:
    """What it is watched along; a change is told for each `step`."""

    key: str
    text: str
    unit: str
    place: Callable[[ReadExam], float]
    step: int


@dataclass(frozen=True, kw_only=True)
class Multiple:
    """One small picture with the words beside it; none where there are too few exams for a trend."""

    quantity: Quantity
    plot: SmallMultiple
    n: int
    trend_words: str


@dataclass(frozen=True)
class ReaderDrift:
    """Pictures of a reader's newest exams, of what is known; `submitted` counts those before them too."""

    reader: str
    exams: int
    submitted: int
    multiples: list[Multiple]


@dataclass(frozen=True)
class UnknownQuantity:
    """What is not known of some readers, by pseudonym; `is_of_all` where it is known of nobody."""

    quantity: Quantity
    readers: list[str]
    is_of_all: bool


QUANTITIES = (
    Quantity(
        "time",
        "Active time",
        "min",
        lambda exam: None if exam.active_s is None else exam.active_s / 60,
        "Time at work on the exam until it was submitted, pauses left out.",
        "No time was kept of any exam.",
    ),
    Quantity(
        "length",
        "BAC marked",
        "mm",
        lambda exam: exam.bac_mm,
        "Length along the centre lines of the label, all images of the exam together.",
        "No exam is measured yet, or the size of its pixels is not known.",
    ),
    Quantity(
        "reference",
        "Found of references",
        "%",
        lambda exam: None if exam.reference_share is None else 100 * exam.reference_share,
        "Of the known length of a reference exam, the share within 1.05 mm of the line that was drawn.",
        "No reference exam was read.",
    ),
    Quantity(
        "agreement",
        "Agreement with others",
        "",
        lambda exam: exam.agreement,
        "Mean symmetric Dice by length with other readings of the same images; 0 none, 1 whole.",
        "Not compared yet. Compare readings on the page Agreement.",
    ),
)
ALONG = (
    Along("exams", "exam after exam", "exams", lambda exam: exam.number, 10),
    Along("days", "day after day", "days", lambda exam: exam.day, 7),
    Along("session", "within a session", "minutes", lambda exam: exam.minutes_in_session, 30),
)


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """What all pictures of a page share."""

    along: Along
    across: Range
    heights: Mapping[str, Range]
    address_of: Callable[[ReadExam], str]


def drift_pictures(
    exams: Mapping[str, Sequence[ReadExam]], along: Along, *, address_of: Callable[[ReadExam], str]
) -> list[ReaderDrift]:
    """Draw each quantity of each reader along one axis; all pictures of a quantity share their scales."""
    everything = [exam for own in exams.values() for exam in own]
    sheet = _Sheet(
        along=along,
        across=_range([along.place(exam) for exam in everything]),
        heights={quantity.key: _range(_values(everything, quantity)) for quantity in QUANTITIES},
        address_of=address_of,
    )
    return [
        ReaderDrift(
            reader,
            len(own),
            own[-1].number,
            [_multiple(own, quantity, sheet) for quantity in QUANTITIES if _values(own, quantity)],
        )
        for reader, own in exams.items()
    ]


def unknown_quantities(drifts: Sequence[ReaderDrift]) -> list[UnknownQuantity]:
    """Gather what no picture was drawn of, so that each reason is told once."""
    unknown = []
    for quantity in QUANTITIES:
        readers = [
            drift.reader
            for drift in drifts
            if all(multiple.quantity != quantity for multiple in drift.multiples)
        ]
        if readers:
            unknown.append(UnknownQuantity(quantity, readers, is_of_all=len(readers) == len(drifts)))
    return unknown


def _values(exams: Sequence[ReadExam], quantity: Quantity) -> list[float]:
    return [value for exam in exams if (value := quantity.value(exam)) is not None]


def _range(values: Sequence[float]) -> Range:
    return (min(values), max(values)) if values else (0.0, 1.0)


def _multiple(exams: Sequence[ReadExam], quantity: Quantity, sheet: _Sheet) -> Multiple:
    shown = [exam for exam in exams if quantity.value(exam) is not None]
    places = [sheet.along.place(exam) for exam in shown]
    values = _values(shown, quantity)
    trend = fit_trend(places, values)
    points = [
        (place, value, _title(exam, value, quantity), sheet.address_of(exam))
        for place, value, exam in zip(places, values, shown, strict=True)
    ]
    return Multiple(
        quantity=quantity,
        plot=lay_out(points, x_range=sheet.across, y_range=sheet.heights[quantity.key], line=_line(trend)),
        n=len(shown),
        trend_words=_trend_words(trend, quantity, sheet.along) if trend else "",
    )


def _line(trend: FittedLine | None) -> Line | None:
    if trend is None:
        return None
    return Line(slope=trend.slope, low=trend.low, high=trend.high, intercept=trend.intercept)


def _title(exam: ReadExam, value: float, quantity: Quantity) -> str:
    return f"Exam {exam.number}: {value:.3g} {quantity.unit}".strip()


def _trend_words(trend: FittedLine, quantity: Quantity, along: Along) -> str:
    """Say how much it changes, and between what the change may lie."""
    change, low, high = (along.step * number for number in (trend.slope, trend.low, trend.high))
    unit = f" {quantity.unit}" if quantity.unit else ""
    words = f"{change:+.2g}{unit} in {along.step} {along.unit} ({low:+.2g} to {high:+.2g})"
    return words.replace("-", "\N{MINUS SIGN}") + ("." if trend.is_clear else "; no clear change.")
