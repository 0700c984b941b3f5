import io

import numpy as np
import pytest
from PIL import Image

from ml.errors import ImageRefusedError
from ml.images import read_clean_png, read_image, write_clean_png
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom


def test_every_grey_level_survives():
    every_level = np.arange(65536, dtype=np.uint16).reshape(256, 256)

    np.testing.assert_array_equal(read_clean_png(write_clean_png(every_level)), every_level)


def test_stored_png_of_a_dicom_file_equals_its_pixels(tmp_path):
    stored = make_grey_levels(bits=14)
    decoded = read_image(write_dicom(tmp_path / "image.dcm", make_dataset(stored, bits_stored=14)))

    np.testing.assert_array_equal(read_clean_png(write_clean_png(decoded.pixels)), stored)


def test_equal_pixels_give_equal_bytes_whatever_their_layout_in_memory():
    pixels = make_grey_levels()

    assert write_clean_png(pixels) == write_clean_png(np.asfortranarray(pixels))
    assert write_clean_png(pixels) == write_clean_png(pixels.astype(">u2").astype(np.uint16))


def test_file_holds_pixels_and_nothing_else():
    content = write_clean_png(make_grey_levels())

    picture = Image.open(io.BytesIO(content))
    assert picture.mode == "I;16"
    assert picture.info == {}
    kinds = {content[start + 4 : start + 8] for start in _chunk_starts(content)}
    assert kinds == {b"IHDR", b"IDAT", b"IEND"}


def _chunk_starts(content: bytes) -> list[int]:
    starts, position = [], 8
    while position < len(content):
        starts.append(position)
        position += 12 + int.from_bytes(content[position : position + 4], "big")
    return starts


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((256, 256), np.uint8), np.zeros((256, 256), np.int32), np.zeros((256, 256, 1), np.uint16)],
)
def test_other_arrays_are_refused(pixels):
    with pytest.raises(ImageRefusedError) as refusal:
        write_clean_png(pixels)

    assert refusal.value.code == "not_clean_pixels"


def test_empty_array_is_refused():
    with pytest.raises(ImageRefusedError) as refusal:
        write_clean_png(np.zeros((0, 0), np.uint16))

    assert refusal.value.code == "size_out_of_range"


def test_bytes_that_are_no_clean_png_are_refused():
    eight_bit = io.BytesIO()
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(eight_bit, "PNG")

    for content in (b"", b"text", write_clean_png(make_grey_levels())[:-500], eight_bit.getvalue()):
        with pytest.raises(ImageRefusedError) as refusal:
            read_clean_png(content)
        assert refusal.value.code == "not_clean_png"
