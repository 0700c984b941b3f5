import cv2
import numpy as np
import pytest

from ml.masks import capsule, empty, to_dense, union
from ml.physics import disc, read_signal, top_hat_near
from ml.types import Acquisition

SIZE = (700, 620)
RAW = Acquisition(presentation_intent="FOR PROCESSING", pixel_intensity_relationship_sign=1)
SETTINGS = {"pixel_size_mm": 0.1, "smoothing_mm": 0.1, "element_mm": 3.1, "reach_mm": 2.5}


def test_blocks_give_the_values_of_the_whole_image():
    pixels = np.random.default_rng(2).integers(500, 4000, SIZE).astype(np.uint16)
    signal = read_signal(pixels, RAW)
    mask = union(
        capsule(*SIZE, (5.0, 3.0), (260.0, 300.0), 8.0), capsule(*SIZE, (690.0, 600.0), (699.0, 619.0), 5.0)
    )
    smooth = cv2.GaussianBlur(signal.brightness[pixels], (9, 9), 1.0, borderType=cv2.BORDER_REFLECT)
    whole = smooth - cv2.morphologyEx(smooth, cv2.MORPH_OPEN, disc(31))

    near = top_hat_near(mask, pixels, signal, **SETTINGS)

    wanted = cv2.dilate(to_dense(mask).astype(np.uint8), np.ones((51, 51), np.uint8)) == 1
    assert near[wanted] == pytest.approx(whole[wanted], abs=1e-6)
    assert (near[wanted] >= 0).all()
    assert near[600, 20] == 0


def test_nothing_is_computed_for_an_empty_mask():
    pixels = np.random.default_rng(2).integers(500, 4000, SIZE).astype(np.uint16)

    assert not top_hat_near(empty(*SIZE), pixels, read_signal(pixels, RAW), **SETTINGS).any()


def test_line_of_known_thickness_stands_out_by_its_attenuation():
    pixels = np.full(SIZE, 1000, dtype=np.uint16)
    pixels[300:310, 100:500] = 800
    mask = capsule(*SIZE, (305.0, 110.0), (305.0, 490.0), 5.0)

    near = top_hat_near(mask, pixels, read_signal(pixels, RAW), **(SETTINGS | {"smoothing_mm": 0.0}))

    assert near[305, 300] == pytest.approx(0.22314, abs=1e-5)
    assert near[305, 300] / 2.61 == pytest.approx(0.085496, abs=1e-6)
    assert near[320, 300] == 0
