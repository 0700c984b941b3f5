import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.inference import inside_white_frame, is_empty_tile, tile_corners


def test_tile_corners_of_an_image_of_one_tile():
    assert tile_corners(512, 512, tile_px=512, overlap_px=32) == [(0, 0)]


def test_tile_corners_end_at_the_edge():
    assert tile_corners(512, 1000, tile_px=512, overlap_px=32) == [(0, 0), (0, 480), (0, 488)]


@given(st.integers(64, 400), st.integers(64, 400), st.integers(0, 63))
def test_tiles_cover_every_pixel_and_stay_inside(rows, columns, overlap_px):
    covered = np.zeros((rows, columns), dtype=bool)

    for row, column in tile_corners(rows, columns, tile_px=64, overlap_px=overlap_px):
        assert row + 64 <= rows
        assert column + 64 <= columns
        covered[row : row + 64, column : column + 64] = True

    assert covered.all()


@pytest.mark.parametrize(
    ("tile", "is_empty"),
    [
        (np.zeros((64, 64)), True),
        (np.full((64, 64), 255.0), True),
        (np.full((64, 64), 120.0) + np.arange(64) % 8, False),
        (np.pad(np.full((8, 64), 120.0), ((0, 56), (0, 0))), False),
    ],
)
def test_empty_tile_is_air_or_one_grey(tile, is_empty):
    assert is_empty_tile(tile.astype(np.float32)) == is_empty


def test_white_frame_is_left_out_and_white_inside_is_not():
    pixels = np.full((20, 30), 255, dtype=np.uint16)
    pixels[3:15, 4:25] = 7
    pixels[5] = 255

    assert inside_white_frame(pixels) == (slice(3, 15), slice(4, 25))


@pytest.mark.parametrize("pixels", [np.full((4, 5), 9), np.arange(20).reshape(4, 5)])
def test_image_without_frame_is_whole(pixels):
    assert inside_white_frame(pixels.astype(np.uint16)) == (slice(0, 4), slice(0, 5))
