import io

import numpy as np
import pytest
from PIL import Image

from annotations.errors import MaskRefusedError, MaskSizeMismatchError
from annotations.ml_gateway.masks import (
    MAXIMUM_PATCH_RUNS,
    check_patch,
    compact_mask,
    mask_to_png,
    replay_patches,
)
from annotations.validators.operation import MAXIMUM_PATCH_BYTES
from ml import masks


def make_mask(*pixels):
    dense = np.zeros((5, 7), dtype=bool)
    for row, column in pixels:
        dense[row, column] = True
    return masks.encode(masks.from_dense(dense))


def test_check_patch_takes_a_mask_of_the_image_s_size():
    check_patch(make_mask((1, 2)), rows=5, columns=7)


def test_check_patch_names_both_sizes_of_another():
    with pytest.raises(MaskSizeMismatchError) as caught:
        check_patch(make_mask((1, 2)), rows=7, columns=5)

    assert "5 x 7" in caught.value.message
    assert "7 x 5" in caught.value.message


def test_check_patch_keeps_the_codec_s_code():
    with pytest.raises(MaskRefusedError) as caught:
        check_patch(make_mask((1, 2)) + b"\x00", rows=5, columns=7)

    assert caught.value.code == "trailing_bytes"


def test_check_patch_takes_the_compact_form_too_by_the_same_rules():
    compact = compact_mask(make_mask((1, 2)))
    check_patch(compact, rows=5, columns=7)

    with pytest.raises(MaskSizeMismatchError):
        check_patch(compact, rows=7, columns=5)
    with pytest.raises(MaskRefusedError):
        check_patch(compact[:-1], rows=5, columns=7)


def test_check_patch_refuses_more_runs_in_the_compact_form_than_the_plain_one_has_bytes_for():
    every_other = np.zeros((1, 2 * MAXIMUM_PATCH_RUNS + 1000), dtype=bool).reshape(-1, 1000)
    every_other[:, ::2] = True
    rows, columns = every_other.shape
    patch = compact_mask(masks.encode(masks.from_dense(every_other)))
    assert len(patch) < MAXIMUM_PATCH_BYTES

    with pytest.raises(MaskRefusedError) as caught:
        check_patch(patch, rows=rows, columns=columns)

    assert caught.value.code == "patch_too_large"
    assert str(rows * columns // 2) in caught.value.message


def test_compact_mask_is_the_same_mask_in_either_form():
    plain = make_mask((0, 0), (1, 1), (2, 1))

    compact = compact_mask(plain)

    assert compact[3] == 2
    assert compact_mask(compact) == compact
    assert replay_patches([compact], rows=5, columns=7) == replay_patches([plain], rows=5, columns=7)


def test_replay_patches_is_their_xor_in_any_order():
    one, two = make_mask((0, 0), (1, 1)), make_mask((1, 1), (4, 6))

    replayed = replay_patches([one, two], rows=5, columns=7)

    assert replayed.data == make_mask((0, 0), (4, 6))
    assert replayed.area_px == 2
    assert replayed.sha256 == masks.digest(masks.decode(replayed.data))
    assert replay_patches([two, one], rows=5, columns=7) == replayed


def test_replay_patches_of_nothing_is_empty():
    assert replay_patches([], rows=5, columns=7).data == make_mask()


def test_mask_to_png_is_white_inside():
    picture = np.asarray(Image.open(io.BytesIO(mask_to_png(make_mask((2, 3))))))

    assert picture.shape == (5, 7)
    assert picture[2, 3] == 255
    assert picture.sum() == 255
