"""Phantoms as training images: prepared as the predictor prepares, with the expert's mask as label."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.inference import prepare_image, resample, scale_by_header
from ml.phantom import Phantom, TruthClass, expert_mask, make_phantom
from ml.training.config import PhantomSets, Recipe
from ml.types import Acquisition

# First seed of each set; the sets stay apart as long as none has a million phantoms.
FIRST_SEEDS = {"train": 1_000_000, "validation": 2_000_000, "test": 3_000_000}


@dataclass(frozen=True)
class TrainingImage:
    """One phantom, ready to cut patches from.

    Attributes
    ----------
    views : tuple of ndarray of uint8, shape (rows, columns)
        At the network's pixel spacing, on the 0..255 scale, filtered: of a phantom the For Presentation and
        the For Processing image.
    label : ndarray of bool, shape (rows, columns)
        What an expert marks.
    bac_points, lookalike_points, breast_points : ndarray of int, shape (n, 2)
        (row, column) of pixels to centre patches on: of the label; of specks, strands, vessels without
        calcium, lobule borders, scars, clips and letters; of anything in the breast. The first may be empty.
    """

    views: tuple[NDArray[np.uint8], ...]
    label: NDArray[np.bool_]
    bac_points: NDArray[np.int32]
    lookalike_points: NDArray[np.int32]
    breast_points: NDArray[np.int32]


def phantom_of_set(sets: PhantomSets, name: str, index: int) -> Phantom:
    """Make phantom number `index` of the set "train", "validation" or "test"."""
    seed = FIRST_SEEDS[name] + index
    return make_phantom(
        seed,
        rows=sets.rows,
        columns=sets.columns,
        pixel_spacing_mm=sets.pixel_spacing_mm,
        view_position="MLO" if index % 2 else "CC",
        image_laterality="R" if index % 4 > 1 else "L",
        has_bac=has_bac(sets, name, index),
        has_grid=bool(_chances(name, index)[1] < sets.grid_share),
        clusters=None
        if sets.microcalcification_share is None
        else int(has_microcalcifications(sets, name, index)),
    )


def has_bac(sets: PhantomSets, name: str, index: int) -> bool:
    """Tell, without making it, whether phantom number `index` of a set has calcified arteries."""
    return bool(_chances(name, index)[0] < sets.bac_share)


def has_microcalcifications(sets: PhantomSets, name: str, index: int) -> bool:
    """Tell, without making it, whether phantom number `index` has the specks that its recipe plants."""
    return bool(_chances(name, index)[2] < (sets.microcalcification_share or 0))


def _chances(name: str, index: int) -> NDArray[np.float64]:
    return np.random.default_rng([FIRST_SEEDS[name] + index, 99]).random(3)


def training_image(phantom: Phantom, recipe: Recipe) -> TrainingImage:
    """Prepare a phantom; the result depends on nothing else than the arguments."""
    size = _prepared_size(phantom, recipe)
    label = resample(expert_mask(phantom).astype(np.float32), *size) > 0.5
    breast = resample(phantom.breast.astype(np.float32), *size) > 0.5
    chance = np.random.default_rng([phantom.seed, 77])
    lines = [*phantom.strand_lines, *phantom.vessel_lines, *phantom.edge_lines, *phantom.scar_lines]
    # A vessel's point lies every tenth of a millimetre. Letters beside the breast are no calcium either.
    letters = _some(np.argwhere(phantom.classes == TruthClass.MARKER), 100, chance)
    lookalikes = np.vstack([phantom.speck_centres, letters, *(line[::20] for line in lines)])
    return TrainingImage(
        views=(
            _view(phantom.presentation, phantom.presentation_acquisition, size, recipe),
            _view(phantom.raw, phantom.acquisition, size, recipe),
        ),
        label=label,
        bac_points=_some(np.argwhere(label), 2000, chance),
        lookalike_points=_some(np.floor(lookalikes * (size[0] / phantom.breast.shape[0])), 2000, chance),
        breast_points=_some(np.argwhere(breast), 2000, chance),
    )


def _prepared_size(phantom: Phantom, recipe: Recipe) -> tuple[int, int]:
    factor = phantom.pixel_spacing_mm / recipe.preparation.pixel_spacing_mm
    rows, columns = phantom.breast.shape
    return round(rows * factor), round(columns * factor)


def _view(
    pixels: NDArray[np.uint16], acquisition: Acquisition, size: tuple[int, int], recipe: Recipe
) -> NDArray[np.uint8]:
    scaled = scale_by_header(pixels, acquisition)
    return np.rint(prepare_image(scaled, *size, recipe.preparation.median_px)).astype(np.uint8)


def _some(points: NDArray, count: int, chance: np.random.Generator) -> NDArray[np.int32]:
    chosen = points if len(points) <= count else chance.choice(points, count, replace=False)
    return chosen.astype(np.int32).reshape(-1, 2)
