import io

import numpy as np
import pytest
from PIL import Image

from ml.masks import capsule, empty, from_dense, to_dense, to_png

GENERATOR = np.random.default_rng(21)
MASKS = [
    empty(7, 5),
    from_dense(np.ones((6, 4), dtype=bool)),
    from_dense(GENERATOR.random((40, 50)) < 0.5),
    from_dense(GENERATOR.random((40, 50)) < 0.02),
    capsule(900, 700, (100.0, 100.0), (850.0, 600.0), 30.0),
]


@pytest.mark.parametrize("mask", MASKS)
def test_png_opens_as_the_mask(mask):
    data = to_png(mask)

    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "L"
        assert np.array_equal(np.asarray(image), to_dense(mask) * np.uint8(255))
    assert data == to_png(mask)
