"""Thinning is scikit-image's, pixel for pixel, whatever the mask."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.measure import label
from skimage.morphology import skeletonize

from ml.masks import from_dense, from_pixel_positions, skeleton
from tests.ml.masks import thinning_rules
from tests.ml.masks.thinning_rules import every_image, noise, published_rules, sheet, thin_dense

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 140))


def assert_equals_scikit_image(array):
    assert np.array_equal(skeleton(from_dense(array)), np.argwhere(skeletonize(array, method="zhang")))


@given(SHAPES.flatmap(lambda shape: arrays(bool, shape)))
def test_any_mask(array):
    assert_equals_scikit_image(array)


@given(SHAPES.flatmap(lambda shape: arrays(bool, shape, fill=st.just(True))))
def test_masks_with_holes(array):
    assert_equals_scikit_image(array)


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (4, 4), (2, 7), (1, 12), (12, 1)])
def test_every_image_of_a_size(rows, columns):
    assert_equals_scikit_image(sheet(every_image(rows, columns)))


def test_noise_of_every_density():
    assert_equals_scikit_image(sheet(noise(2000, 30, seed=5)))


@pytest.mark.parametrize(
    "shape",
    [(1, 1), (1, 64), (1, 65), (1, 700), (700, 1), (8, 64), (9, 65), (300, 513), (513, 300), (530, 40)],
)
def test_full_images_up_to_every_border(shape):
    assert_equals_scikit_image(np.ones(shape, dtype=bool))


@pytest.mark.parametrize("density", [0.5, 0.9, 0.99])
def test_masks_over_many_words_and_tiles(density):
    random = np.random.default_rng(int(density * 100))
    coarse = random.random((40, 35)) < density

    assert_equals_scikit_image(np.kron(coarse, np.ones((29, 31), dtype=bool)).astype(bool))


def test_box_may_begin_anywhere():
    array = np.zeros((90, 200), dtype=bool)
    for row, column in np.random.default_rng(2).integers(0, (70, 170), (20, 2)):
        array[row : row + 17, column : column + 29] = True
        assert_equals_scikit_image(array)


@given(SHAPES.flatmap(lambda shape: arrays(bool, shape)))
def test_line_is_thin_already_and_keeps_every_piece(array):
    mask = from_dense(array)
    points = skeleton(mask)
    row, column = points.astype(np.int64).T
    line = from_pixel_positions(mask.rows, mask.columns, row * mask.columns + column)

    assert np.array_equal(skeleton(line), points)
    pieces = label(array, connectivity=2)
    on_line = np.zeros_like(array)
    on_line[row, column] = True
    assert not (on_line & ~array).any()
    assert set(pieces[on_line].tolist()) == set(range(1, pieces.max() + 1))
    assert label(on_line, connectivity=2).max() == pieces.max()


def test_rules_are_those_that_experiment_finds():
    rules = thinning_rules.derive_rules()

    assert np.count_nonzero((rules != published_rules()).any(axis=0)) == 25
    image = sheet(noise(500, 24, seed=77))
    assert np.array_equal(thin_dense(image, rules), skeletonize(image))
    assert thinning_rules.written(rules) == thinning_rules.THINNING.read_text()
