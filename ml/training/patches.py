"""Patches around microcalcifications, and of tissue without."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.inference import inside_white_frame, patch_plane
from ml.masks import from_dense, label_components
from ml.training.classify_config import PatchPlan, PatchRecipe
from ml.training.source import Example, Finding

LABEL = "microcalcification"
# By `histology` of a finding; atypia and other high-risk lesions, and what had no biopsy, are neither.
MALIGNANT = {"benign": False, "dcis": True, "invasive": True, "malignant": True}
# Places tried for each patch of tissue before there is taken to be no room.
TRIES = 30


@dataclass
class PatchSet:
    """Patches with their answers and whose they are; `statistics` are of the images they come from."""

    images: list[NDArray[np.uint8]] = field(default_factory=list)
    truth: list[bool] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)
    statistics: list[dict[str, float | str]] = field(default_factory=list)

    def add(self, patient: str, patch: NDArray[np.float32], *, truth: bool) -> None:
        """Take one more."""
        self.images.append(np.rint(patch).astype(np.uint8))
        self.truth.append(truth)
        self.patients.append(patient)


@dataclass(frozen=True)
class _Plane:
    """An image at the patches' scale, and where an image's own pixel lies on it."""

    values: NDArray[np.float32]
    first: tuple[int, int]
    factor: tuple[float, float]

    def place(self, row: float, column: float) -> tuple[int, int]:
        return (
            int((row - self.first[0]) * self.factor[0]),
            int((column - self.first[1]) * self.factor[1]),
        )


def add_present(
    patches: PatchSet, example: Example, findings: Sequence[Finding], recipe: PatchRecipe, random: Generator
) -> None:
    """Cut patches with microcalcifications, and patches of tissue without, out of one image.

    Parameters
    ----------
    patches : PatchSet
        Added to.
    example : Example
        With a mask of microcalcifications; its pixel spacing must be known.
    findings : sequence of Finding
        Of the image.
    recipe : PatchRecipe
        Sizes and numbers.
    random : Generator
        The only source of chance.

    Raises
    ------
    PredictionRefusedError
        With code `pixel_spacing_missing`, `pixel_spacing_out_of_range` or `resampled_too_large`.

    Notes
    -----
    One patch is centred on each connected piece of the mask and on each finding. A patch of tissue has its
    centre drawn by lot, shows on average more than `least_mean`, and overlaps no patch with calcifications
    and no marked pixel.
    """
    plan, plane = recipe.patches, _plane(example, recipe)
    mask = example.masks[LABEL]
    boxes = label_components(from_dense(mask)).boxes
    middles = ((boxes[:, :2] + boxes[:, 2:]) / 2).tolist()
    centres = [plane.place(*middle) for middle in [*middles, *(finding.centre for finding in findings)]]
    corners = [_corner(centre, plan.side_px, plane.values.shape) for centre in centres]
    for corner in dict.fromkeys(corners):
        patches.add(example.patient_id, _cut(plane, corner, plan.side_px), truth=True)
    marked = [plane.place(row, column) for row, column in np.argwhere(mask)]
    for corner in _tissue_corners(plane, corners, marked, plan, random):
        patches.add(example.patient_id, _cut(plane, corner, plan.side_px), truth=False)


def add_malignant(
    patches: PatchSet, example: Example, findings: Sequence[Finding], recipe: PatchRecipe
) -> None:
    """Cut a patch around each finding whose histology is benign or malignant out of one image.

    Parameters
    ----------
    patches : PatchSet
        Added to.
    example : Example
        Its pixel spacing must be known.
    findings : sequence of Finding
        Of the image.
    recipe : PatchRecipe
        Sizes.

    Raises
    ------
    PredictionRefusedError
        As `add_present`.
    """
    plan, plane = recipe.patches, _plane(example, recipe)
    for finding in findings:
        if finding.histology in MALIGNANT:
            corner = _corner(plane.place(*finding.centre), plan.side_px, plane.values.shape)
            patch = _cut(plane, corner, plan.side_px)
            patches.add(example.patient_id, patch, truth=MALIGNANT[finding.histology])


def _plane(example: Example, recipe: PatchRecipe) -> _Plane:
    plan = recipe.patches
    values = patch_plane(example.pixels, example.acquisition, plan.pixel_spacing_mm, recipe.values.median_px)
    frame = inside_white_frame(example.pixels)
    sizes = [part.stop - part.start for part in frame]
    factor = (values.shape[0] / sizes[0], values.shape[1] / sizes[1])
    missing = [(0, max(0, plan.side_px - length)) for length in values.shape]
    return _Plane(np.pad(values, missing), (frame[0].start, frame[1].start), factor)


def _corner(centre: tuple[int, int], side_px: int, shape: tuple[int, ...]) -> tuple[int, int]:
    """Centre a patch, or move it to the border that it would cross."""
    row, column = (
        min(max(0, place - side_px // 2), length - side_px)
        for place, length in zip(centre, shape, strict=True)
    )
    return row, column


def _cut(plane: _Plane, corner: tuple[int, int], side_px: int) -> NDArray[np.float32]:
    return plane.values[corner[0] : corner[0] + side_px, corner[1] : corner[1] + side_px]


def _tissue_corners(
    plane: _Plane,
    taken: Sequence[tuple[int, int]],
    marked: Sequence[tuple[int, int]],
    plan: PatchPlan,
    random: Generator,
) -> list[tuple[int, int]]:
    side = plan.side_px
    room = np.array(plane.values.shape) - side + 1
    others, spots = np.array(taken).reshape(-1, 2), np.array(marked).reshape(-1, 2)
    found: list[tuple[int, int]] = []
    for _ in range(plan.negatives_per_image * TRIES):
        if len(found) == plan.negatives_per_image:
            break
        corner = random.integers(0, room)
        overlaps = (np.abs(others - corner) < side).all(axis=1).any()
        shows = ((spots >= corner) & (spots < corner + side)).all(axis=1).any()
        place = (int(corner[0]), int(corner[1]))
        if not overlaps and not shows and _cut(plane, place, side).mean() > plan.least_mean:
            found.append(place)
    return found
