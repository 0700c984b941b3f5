import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.masks import from_dense
from ml.masks.deflate import deflate_lines

# Columns are repeated, so that spans of black and white grow long as well as short.
ARRAYS = st.tuples(
    st.tuples(st.integers(1, 9), st.integers(1, 40)).flatmap(lambda shape: arrays(bool, shape)),
    st.integers(1, 400),
).map(lambda drawn: np.repeat(*drawn, axis=1))


@given(ARRAYS)
def test_any_inflater_gives_the_lines_back(array):
    packed = np.packbits(array, axis=1)

    lines = zlib.decompress(deflate_lines(from_dense(array)))

    assert lines == np.pad(packed, ((0, 0), (1, 0))).tobytes()
