"""The four views of an exam: which image stands for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ml.errors import ExamViewsError
from ml.quantify.quantities import Quantities

SIDES = ("L", "R")
VIEWS = ("CC", "MLO")
Duplicates = Literal["larger_breast", "latest"]


@dataclass(frozen=True, kw_only=True)
class ViewReading:
    """One image of an exam with its numbers.

    Attributes
    ----------
    name : str
        Names the image in messages and answers.
    image_laterality, view_position : str
        "L" or "R"; "CC" and "MLO" count, all others are left out.
    quantities : Quantities
        Of this image.
    acquired_at : datetime or None
        Time of the exposure.
    is_spot_or_magnified : bool
        Spot compression or magnification: shows a part only and is left out.
    """

    name: str
    image_laterality: str
    view_position: str
    quantities: Quantities
    acquired_at: datetime | None = None
    is_spot_or_magnified: bool = False


@dataclass(frozen=True, kw_only=True)
class ChosenViews:
    """One image for each view.

    Attributes
    ----------
    by_view : dict of (str, str) to ViewReading
        Key ("L", "CC") and so on; only views that are there.
    missing : tuple of str
        "LCC", "LMLO", "RCC" and "RMLO" that are not.
    excluded : dict of str to str
        Name of each image left out, to why: `spot_or_magnified`, `other_view` or `duplicate`.
    """

    by_view: dict[tuple[str, str], ViewReading]
    missing: tuple[str, ...]
    excluded: dict[str, str]


def choose_views(readings: Sequence[ViewReading], *, duplicates: Duplicates = "larger_breast") -> ChosenViews:
    """Choose the image that stands for each view of an exam.

    Parameters
    ----------
    readings : sequence of ViewReading
        All images of one exam, each name once.
    duplicates : {"larger_breast", "latest"}
        Of several images of one view take the one with the larger breast, or the last one. Between equals the
        later, then the first given.

    Returns
    -------
    chosen : ChosenViews

    Raises
    ------
    ExamViewsError
        Code `laterality_unknown` if an image that counts has no side, `name_twice`, `breast_area_missing` or
        `acquisition_time_missing` if duplicates cannot be told apart.
    """
    names = [reading.name for reading in readings]
    if len(set(names)) < len(names):
        raise ExamViewsError("Two images of the exam have one name; name each its own.", code="name_twice")
    groups: dict[tuple[str, str], list[ViewReading]] = {}
    excluded = {}
    for reading in readings:
        if reading.is_spot_or_magnified or reading.quantities.definition["magnification"] is not None:
            excluded[reading.name] = "spot_or_magnified"
        elif reading.view_position not in VIEWS:
            excluded[reading.name] = "other_view"
        else:
            groups.setdefault((_side(reading), reading.view_position), []).append(reading)
    by_view = {view: _best(group, duplicates) for view, group in groups.items()}
    for view, group in groups.items():
        excluded |= {reading.name: "duplicate" for reading in group if reading is not by_view[view]}
    missing = tuple(side + view for side in SIDES for view in VIEWS if (side, view) not in by_view)
    return ChosenViews(by_view=by_view, missing=missing, excluded=excluded)


def _side(reading: ViewReading) -> str:
    if reading.image_laterality not in SIDES:
        raise ExamViewsError(
            f"Image {reading.name} has the side {reading.image_laterality!r}; give L or R.",
            code="laterality_unknown",
        )
    return reading.image_laterality


def _best(group: list[ViewReading], duplicates: Duplicates) -> ViewReading:
    if len(group) == 1:
        return group[0]
    names = ", ".join(reading.name for reading in group)
    if duplicates == "latest":
        if any(reading.acquired_at is None for reading in group):
            raise ExamViewsError(
                f"{names} show one view, and not all have a time of exposure; choose by the larger breast.",
                code="acquisition_time_missing",
            )
        return max(group, key=_time)
    if any(reading.quantities.breast_area_px is None for reading in group):
        raise ExamViewsError(
            f"{names} show one view, and the breast is not found on all; choose the latest.",
            code="breast_area_missing",
        )
    return max(group, key=lambda reading: (reading.quantities.breast_area_px or 0, _time(reading)))


def _time(reading: ViewReading) -> float:
    return reading.acquired_at.timestamp() if reading.acquired_at is not None else float("-inf")
