import numpy as np
import pytest

from ml.masks import capsule, empty, to_dense
from ml.physics import cell_px_for, fit_background, read_signal, top_hat_near
from ml.types import Acquisition

CELLS = (40, 50)
ALL = np.ones(CELLS, dtype=bool)
ROW, COLUMN = np.mgrid[:40, :50].astype(np.float32)


def fit(samples, is_sampled=ALL):
    return fit_background(samples, is_sampled, sigma_cells=4.0, cell_px=4)


def test_even_background_is_exactly_nothing():
    background = fit(np.full(CELLS, 9.3, dtype=np.float32))

    assert not background.level.any()
    assert not background.tilt_per_px.any()


def test_slope_is_found_beside_its_end_and_under_a_label():
    slope = 0.3 * ROW - 0.1 * COLUMN
    is_sampled = (COLUMN > 10) & ~((abs(ROW - 20) < 4) & (COLUMN > 20))

    background = fit(slope, is_sampled)

    expected = slope - np.median(slope[is_sampled])
    assert background.level[:, 10:] == pytest.approx(expected[:, 10:], abs=0.02)
    assert background.tilt_per_px[2:-2, 12:-2].max() < 0.002


def test_edge_leaves_a_tilt_beside_it_and_none_far_away():
    tilt_per_px = fit((ROW > 20).astype(np.float32)).tilt_per_px[:, 25]

    assert tilt_per_px.max() > 0.005
    assert abs(tilt_per_px.argmax() - 20.5) < 12
    assert tilt_per_px[[1, 39]].max() < 3e-4


def test_no_sample_gives_nothing():
    background = fit(ROW, np.zeros(CELLS, dtype=bool))

    assert not background.level.any()


def test_one_row_of_cells_can_be_fitted():
    background = fit(ROW[:1], ALL[:1])

    assert background.level.shape == (1, 50)


@pytest.mark.parametrize(
    ("pixel_mm", "cell_px"), [(0.05, 8), (0.07, 8), (0.1, 4), (0.13, 4), (0.5, 1), (0.02, 16)]
)
def test_cells_of_half_a_millimetre_divide_the_blocks(pixel_mm, cell_px):
    assert cell_px_for(pixel_mm) == cell_px


def test_pixels_of_a_box_are_those_of_the_whole_image():
    background = fit(np.random.default_rng(1).normal(0, 1, CELLS).astype(np.float32))

    whole = background.enlarge(0, 0, 160, 200)

    assert np.array_equal(background.enlarge(32, 64, 75, 130), whole[32:75, 64:130])


def test_line_on_a_slope_stands_out_as_on_even_ground():
    size = (400, 300)
    mask = capsule(*size, (200.0, 60.0), (200.0, 240.0), 10.0)
    brightness = 0.012 * np.arange(400)[:, None] + 0.05 * to_dense(mask)
    pixels = np.rint(60000 * np.exp(-brightness)).astype(np.uint16)
    raw = Acquisition(presentation_intent="FOR PROCESSING", pixel_intensity_relationship_sign=1)
    signal = read_signal(pixels, raw)
    settings = {"pixel_size_mm": 0.1, "smoothing_mm": 0.0, "element_mm": 3.1, "reach_mm": 2.5}
    row, column = np.mgrid[:100, :75] * 4 + 2
    is_free = abs(row - 200) > 15
    samples = signal.look_up(pixels)[row, column] + 0.006  # of the lower of the two middle pixels
    background = fit_background(samples, is_free, sigma_cells=5.0, cell_px=4)

    blind = top_hat_near(mask, pixels, signal, **settings)
    level = top_hat_near(mask, pixels, signal, **settings, background=background)

    assert blind[to_dense(mask)].mean() < 0.02
    assert level[to_dense(mask)].mean() == pytest.approx(0.05, abs=0.004)
    assert not top_hat_near(empty(*size), pixels, signal, **settings, background=background).any()
