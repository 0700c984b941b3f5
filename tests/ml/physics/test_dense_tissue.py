from dataclasses import replace

import numpy as np
import pytest

from ml.masks import from_dense
from ml.physics import AT_18_KEV, read_signal, top_hat_near
from ml.types import Acquisition

RAW = Acquisition(presentation_intent="FOR PROCESSING", pixel_intensity_relationship_sign=1)
SETTINGS = {"pixel_size_mm": 0.1, "smoothing_mm": 0.1, "element_mm": 3.1, "reach_mm": 0.0}
PIXELS = np.random.default_rng(3).uniform(500, 1500, (120, 120)).astype(np.uint16)
EVERYWHERE = from_dense(np.ones(PIXELS.shape, dtype=bool))


def test_thickness_of_dense_tissue_against_fat():
    assert AT_18_KEV.dense_tissue_mm(-np.log(0.6), 0.0) == pytest.approx(10.8686, abs=5e-5)


def test_known_contrast_gives_one_thickness_of_mineral_both_ways():
    contrast = np.log(1000) - np.log(800)
    detour_mm = AT_18_KEV.dense_tissue_mm(contrast, 0.0)

    assert contrast / AT_18_KEV.mu_calc_per_mm == pytest.approx(0.085496, abs=5e-7)
    assert detour_mm == pytest.approx(4.7477, abs=5e-5)
    assert detour_mm * AT_18_KEV.calcification_per_dense_tissue == pytest.approx(0.085496, abs=5e-7)
    assert AT_18_KEV.calcification_per_dense_tissue == pytest.approx(0.018008, abs=5e-7)


@pytest.mark.parametrize("fat_signal", [400.0, 1500.0, 9000.0])
def test_fat_reference_cancels(fat_signal):
    """The published route over two thicknesses of dense tissue gives the direct result for any reference."""
    plain = read_signal(PIXELS, RAW)
    precise = replace(plain, brightness=plain.brightness.astype(np.float64))
    dense = replace(plain, brightness=AT_18_KEV.dense_tissue_mm(precise.brightness, -np.log(fat_signal)))

    direct_mm = top_hat_near(EVERYWHERE, PIXELS, precise, **SETTINGS) / AT_18_KEV.mu_calc_per_mm
    detour_mm = top_hat_near(EVERYWHERE, PIXELS, dense, **SETTINGS) * AT_18_KEV.calcification_per_dense_tissue

    assert direct_mm.max() > 0.05
    assert np.abs(detour_mm - direct_mm).max() < 1e-9
