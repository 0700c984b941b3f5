import numpy as np
import pytest
from scipy import ndimage

from ml.quantify.background import smooth_background

SIGMA_MM = 3.0


def exact(values, weights, spacing_mm):
    sigmas = [SIGMA_MM / side for side in spacing_mm]
    weighted, weight = (
        ndimage.gaussian_filter(image, sigmas, mode="constant", truncate=4)
        for image in (values * weights, weights.astype(float))
    )
    return weighted / weight


@pytest.mark.parametrize("spacing_mm", [(0.1, 0.1), (0.085, 0.085), (0.1, 0.2), (0.7, 0.7)])
def test_cells_give_what_every_pixel_gives(spacing_mm):
    generator = np.random.default_rng(1)
    values = ndimage.gaussian_filter(generator.standard_normal((213, 187)), 8) + 7
    weights = generator.random(values.shape) < 0.8
    weights[60:75, 40:70] = False

    background = smooth_background(
        values.astype(np.float32), weights, sigma_mm=SIGMA_MM, pixel_spacing_mm=spacing_mm
    )

    row, column = np.mgrid[: values.shape[0], : values.shape[1]]
    found = background.at(row.ravel(), column.ravel()).reshape(values.shape)
    inner = np.s_[5:-5, 5:-5]
    assert np.abs(found - exact(values, weights, spacing_mm))[inner].max() < 0.03 * values.std()


def test_constant_tissue_has_itself_as_background():
    is_tissue = np.ones((50, 70), dtype=bool)
    is_tissue[20:30, 20:30] = False

    background = smooth_background(
        np.full((50, 70), -7.25, dtype=np.float32), is_tissue, sigma_mm=3.0, pixel_spacing_mm=(0.1, 0.1)
    )

    assert background.field == pytest.approx(np.full(background.field.shape, -7.25), abs=1e-6)


def test_what_is_no_tissue_does_not_count():
    values = np.zeros((100, 100), dtype=np.float32)
    values[40:60, 40:60] = 1e4
    is_tissue = values == 0

    background = smooth_background(values, is_tissue, sigma_mm=3.0, pixel_spacing_mm=(0.1, 0.1))

    assert background.at(np.array([50]), np.array([50])) == pytest.approx(0, abs=1e-3)


def test_without_tissue_nothing_is_known():
    background = smooth_background(
        np.ones((20, 20), dtype=np.float32),
        np.zeros((20, 20), dtype=bool),
        sigma_mm=3.0,
        pixel_spacing_mm=(0.1, 0.1),
    )

    assert np.isnan(background.at(np.array([3]), np.array([4]))).all()
