"""Examples brought to what a network sees, exactly as the predictor does it, and kept in memory."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml.errors import TrainingDataRefusedError
from ml.inference import (
    inside_white_frame,
    median_filter,
    predict_arguments,
    prepare_image,
    resample,
    to_eight_bit_scale,
    whole_frame,
)
from ml.inference.tiles import BLACK_LEVEL
from ml.training.phantom_data import TrainingImage
from ml.training.segment_config import SegmentRecipe, TileInput, WholeInput
from ml.training.source import Example

# Points to centre patches on; more would only take memory.
MOST_POINTS = 2000


def prepare_with(recipe: SegmentRecipe) -> Callable[[Example], TrainingImage]:
    """Return what brings an example to the input of a recipe's network."""
    label, median_px = recipe.label, recipe.values.median_px
    if recipe.whole:
        whole = recipe.whole
        return lambda example: _whole(example, label, whole, median_px)
    if recipe.tiles:
        tiles = recipe.tiles
        return lambda example: _for_tiles(example, label, tiles, median_px)
    raise AssertionError("a recipe has one of both")


def _whole(example: Example, label: str, size: WholeInput, median_px: int) -> TrainingImage:
    scaled, mask = _scaled(example, label)
    frame = whole_frame(scaled, size.rows, size.columns)
    return _image(median_filter(frame.into(scaled), median_px), frame.into(mask), example.image_id)


def _for_tiles(example: Example, label: str, tiles: TileInput, median_px: int) -> TrainingImage:
    spacing_mm = predict_arguments(example.pixels, example.acquisition)["pixel_spacing_mm"]
    if spacing_mm is None:
        raise TrainingDataRefusedError(
            f"The pixel spacing of image {example.image_id} is not known, so its patches would be of another "
            "scale. State the spacing and freeze a new version, or train on whole images.",
            code="pixel_spacing_missing",
        )
    scaled, mask = _scaled(example, label)
    rows, columns = (round(side * spacing_mm / tiles.pixel_spacing_mm) for side in scaled.shape)
    image = prepare_image(scaled, rows, columns, median_px)
    missing = [(0, max(0, tiles.side_px - side)) for side in image.shape]
    return _image(np.pad(image, missing), np.pad(resample(mask, rows, columns), missing), example.image_id)


def _scaled(example: Example, label: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    inside = inside_white_frame(example.pixels)
    how = predict_arguments(example.pixels, example.acquisition)
    scaled = to_eight_bit_scale(
        example.pixels[inside],
        bits_stored=how["bits_stored"],
        is_inverted=how["is_inverted"],
        is_linear=how["is_linear"],
    )
    return scaled, example.masks[label][inside].astype(np.float32)


def _image(image: NDArray[np.float32], mask: NDArray[np.float32], image_id: str) -> TrainingImage:
    label = mask > 0.5
    chance = np.random.default_rng(list(image_id.encode()))
    tissue = np.argwhere(image > BLACK_LEVEL)
    return TrainingImage(
        views=(np.rint(image).astype(np.uint8),),
        label=label,
        bac_points=_some(np.argwhere(label), chance),
        lookalike_points=np.empty((0, 2), np.int32),
        breast_points=_some(tissue if len(tissue) else np.argwhere(image >= 0), chance),
    )


def _some(points: NDArray[np.intp], chance: np.random.Generator) -> NDArray[np.int32]:
    chosen = points if len(points) <= MOST_POINTS else chance.choice(points, MOST_POINTS, replace=False)
    return chosen.astype(np.int32)
