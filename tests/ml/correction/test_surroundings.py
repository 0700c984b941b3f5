import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ml.correction.surroundings import Ground, read_surroundings
from ml.masks import components, from_dense

ALL_VALUES = np.ones(2**16, dtype=bool)


def ground_of(shape, *, inside=None, pixels=None, is_usable=ALL_VALUES):
    """Number the pixels, so that what is read tells where it was read."""
    rows, columns = shape
    inside = np.ones(shape, dtype=bool) if inside is None else inside
    return Ground(
        top_hat=np.arange(rows * columns, dtype=np.float32).reshape(shape),
        pixels=np.zeros(shape, dtype=np.uint16) if pixels is None else pixels,
        is_usable=is_usable,
        inside=np.pad(inside, (0, 1)),
        coarse_row=np.arange(rows),
        coarse_column=np.arange(columns),
    )


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 70),
    st.integers(1, 70),
    st.floats(0, 8),
    st.floats(0, 25),
)
def test_ring_is_that_of_exact_distances(seed, rows, columns, inner_px, outer_px):
    random = np.random.default_rng(seed)
    is_label = random.random((rows, columns)) < random.uniform(0, 0.05)
    is_label[random.integers(rows), random.integers(columns)] = True
    inside = random.random((rows, columns)) < 0.8
    component = components(from_dense(is_label))[0].runs
    is_component = np.zeros((rows, columns), dtype=bool)
    for row, start, end in component.runs:
        is_component[row, start:end] = True

    values = read_surroundings(
        component,
        from_dense(is_label),
        ground_of((rows, columns), inside=inside),
        inner_px=inner_px,
        outer_px=outer_px,
    )

    is_ring = ndimage.distance_transform_edt(~is_component) < outer_px
    is_ring &= (ndimage.distance_transform_edt(~is_label) > inner_px) & inside
    assert np.array_equal(values, np.flatnonzero(is_ring))


def test_unusable_values_are_left_out():
    pixels = np.zeros((9, 9), dtype=np.uint16)
    pixels[:, 6:] = 7
    is_usable = ALL_VALUES.copy()
    is_usable[7] = False
    dot = np.zeros((9, 9), dtype=bool)
    dot[4, 4] = True

    values = read_surroundings(
        from_dense(dot),
        from_dense(dot),
        ground_of((9, 9), pixels=pixels, is_usable=is_usable),
        inner_px=1,
        outer_px=3,
    )

    assert len(values) > 5
    assert (values % 9 < 6).all()
