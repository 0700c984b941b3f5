"""Copies of stored images with calcification of known length in them, or with nothing new to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from annotations.errors import PlantingRefusedError
from annotations.ml_gateway.acquisition import acquisition_of
from annotations.models import Mammogram
from ml import masks
from ml.errors import MlError
from ml.images import read_clean_png, write_clean_png
from ml.phantom import PLANTING_VERSION, PlantedSegment, make_distinct, plant_segments, random_path
from ml.types import Acquisition

# What planted vessels are drawn from: outer radius in mm, and share of the wall that is mineral.
RADIUS_MM, SHARE = (0.75, 1.1), (0.18, 0.45)
POINTS_KEPT = 2


@dataclass(frozen=True, kw_only=True)
class PlantedImage:
    """A copy as the clean PNG that is stored, the label that is true of it, and how to make it again."""

    png: bytes
    mask: bytes
    lengths_mm: tuple[float, ...]
    recipe: dict[str, object]


def plant_image(
    content: bytes,
    mammogram: Mammogram,
    *,
    lengths_mm: Sequence[float],
    seed: int,
    avoid: Sequence[bytes],
) -> PlantedImage:
    """Plant a stretch of each length in a copy, at places drawn by chance, away from the labels to `avoid`.

    Without a length the copy differs from its source by one grey level of one pixel.
    """
    pixels, acquisition = read_clean_png(content), acquisition_of(mammogram)
    if not lengths_mm:
        copy = make_distinct(pixels, acquisition, seed=seed)
        empty = masks.encode(masks.empty(mammogram.rows, mammogram.columns))
        recipe: dict[str, object] = {"planting_version": PLANTING_VERSION, "seed": seed, "segments": []}
        return PlantedImage(png=write_clean_png(copy), mask=empty, lengths_mm=(), recipe=recipe)
    try:
        segments = _segments(pixels, acquisition, lengths_mm, seed, [masks.decode(each) for each in avoid])
        planted = plant_segments(pixels, acquisition, segments, seed=seed)
    except MlError as error:
        raise PlantingRefusedError(error.message) from error
    return PlantedImage(
        png=write_clean_png(planted.pixels),
        mask=masks.encode(planted.mask),
        lengths_mm=planted.lengths_mm,
        recipe={
            "planting_version": PLANTING_VERSION,
            "seed": seed,
            "segments": [_described(segment) for segment in segments],
        },
    )


def _segments(
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    lengths_mm: Sequence[float],
    seed: int,
    avoid: list[masks.Runs],
) -> list[PlantedSegment]:
    chance = Random(f"planting {seed}")  # noqa: S311 - drawn again from the seed, no secret
    rows, columns = pixels.shape
    segments, taken = [], list(avoid)
    for number, length_mm in enumerate(lengths_mm):
        path = random_path(
            pixels, acquisition, length_mm=length_mm, seed=seed + 1_000_003 * number, avoid=taken
        )
        radius_mm, share = chance.uniform(*RADIUS_MM), chance.uniform(*SHARE)
        segments.append(PlantedSegment(path=path, radius_mm=radius_mm, share=share))
        taken.append(masks.polyline(rows, columns, [(row, column) for row, column in path], 1.0))
    return segments


def _described(segment: PlantedSegment) -> dict[str, object]:
    return {
        "path": segment.path.round(POINTS_KEPT).tolist(),
        "radius_mm": segment.radius_mm,
        "share": segment.share,
        "contrast": segment.contrast,
    }
