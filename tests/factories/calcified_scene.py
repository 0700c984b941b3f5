"""A raw image whose every number is known: a smooth breast beside air, and layers of mineral drawn on it."""

from dataclasses import dataclass

import numpy as np

from ml.masks import Runs, from_dense
from ml.physics import beam_of
from ml.types import Acquisition

ROWS, COLUMNS = 700, 500
AIR_COUNTS = 12000.0
ACQUISITION = Acquisition(
    bits_stored=14,
    presentation_intent="FOR PROCESSING",
    pixel_spacing_mm=(0.1, 0.1),
    pixel_spacing_source="ImagerPixelSpacing",
    pixel_intensity_relationship="LIN",
    pixel_intensity_relationship_sign=1,
    manufacturer="MAKER",
    anode="RHODIUM",
    filter_material="SILVER",
    kvp=34.0,
    body_part_thickness_mm=50.0,
    grid="RECIPROCATING",
)


@dataclass(frozen=True)
class Scene:
    """An image and what was drawn on it."""

    pixels: np.ndarray
    breast: np.ndarray
    mask: Runs
    acquisition: Acquisition
    calcium_mg: float


def draw_scene(
    *, thickness_mm=0.0855, acquisition=ACQUISITION, noise=0.0, at=(350, 150), size=(20, 50), seed=3
):
    """Draw a block of hydroxyapatite on a breast whose attenuation rises gently towards the chest wall."""
    row, column = np.mgrid[:ROWS, :COLUMNS]
    breast = ((row - ROWS / 2) / (0.42 * ROWS)) ** 2 + (column / (0.7 * COLUMNS)) ** 2 < 1
    block = np.zeros((ROWS, COLUMNS), dtype=bool)
    block[at[0] : at[0] + size[0], at[1] : at[1] + size[1]] = True
    beam = beam_of(acquisition)
    contrast = thickness_mm * beam.mu_calc_per_mm / (1 + beam.scatter_to_primary_ratio)
    attenuation = breast * (2.6 - 0.6 * column / COLUMNS) + block * contrast
    exposure = AIR_COUNTS * np.exp(-attenuation)
    generator = np.random.default_rng(seed)
    exposure *= 1 + noise * generator.standard_normal(exposure.shape)
    height_mm, width_mm = acquisition.pixel_spacing_mm or (1.0, 1.0)
    area_mm2 = block.sum() * height_mm * width_mm
    return Scene(
        np.rint(exposure).astype(np.uint16),
        breast,
        from_dense(block),
        acquisition,
        3.16 * 0.3989 * thickness_mm * float(area_mm2),
    )
