from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.errors import ImageRefusedError
from ml.images import read_image
from tests.factories.dicom_files import make_grey_levels


def save(path: Path, pixels: np.ndarray, **options: object) -> Path:
    Image.fromarray(pixels).save(path, **options)
    return path


def refusal_code(path: Path) -> str:
    with pytest.raises(ImageRefusedError) as refusal:
        read_image(path)
    return refusal.value.code


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bit_picture_comes_back_to_the_grey_level(tmp_path, suffix):
    pixels = make_grey_levels(bits=16)

    decoded = read_image(save(tmp_path / f"image.{suffix}", pixels))

    np.testing.assert_array_equal(decoded.pixels, pixels)
    assert decoded.acquisition.bits_stored == 16


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_eight_bit_picture_stays_0_to_255(tmp_path, suffix):
    pixels = make_grey_levels(bits=8).astype(np.uint8)

    decoded = read_image(save(tmp_path / f"image.{suffix}", pixels))

    np.testing.assert_array_equal(decoded.pixels, pixels)
    assert decoded.pixels.dtype == np.uint16
    assert decoded.acquisition.bits_stored == 8


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_losslessly_compressed_tiff_is_read(tmp_path, compression):
    pixels = make_grey_levels(bits=16)

    decoded = read_image(save(tmp_path / "image.tif", pixels, compression=compression))

    np.testing.assert_array_equal(decoded.pixels, pixels)


@pytest.mark.parametrize("channels", [3, 4])
def test_colour_picture_with_equal_channels_becomes_grey(tmp_path, channels):
    grey = make_grey_levels(bits=8).astype(np.uint8)
    colours = np.stack([grey] * 3 + [np.full_like(grey, 255)] * (channels - 3), axis=2)

    decoded = read_image(save(tmp_path / "figure.png", colours))

    np.testing.assert_array_equal(decoded.pixels, grey)


def test_real_colour_and_transparency_are_refused(tmp_path):
    grey = make_grey_levels(bits=8).astype(np.uint8)
    coloured = np.stack([grey, grey, 255 - grey], axis=2)
    see_through = np.stack([grey, grey, grey, grey], axis=2)

    assert refusal_code(save(tmp_path / "coloured.png", coloured)) == "colour"
    assert refusal_code(save(tmp_path / "see_through.png", see_through)) == "colour"


def test_film_figure_is_read(shared_data):
    decoded = read_image(shared_data / "cbis-ddsm-bac-p00646" / "testImage.png")

    assert decoded.pixels.shape == (1878, 1359)
    assert decoded.pixels.max() == 255


@pytest.mark.parametrize("mode", ["1", "P", "LA", "CMYK", "F"])
def test_other_kinds_of_picture_are_refused(tmp_path, mode):
    picture = Image.fromarray(make_grey_levels(bits=8).astype(np.uint8)).convert(mode)
    path = tmp_path / "image.tif"
    picture.save(path)

    assert refusal_code(path) == "bits_unsupported"


def test_sixteen_bit_colour_png_is_refused_before_pillow_drops_its_low_bytes(tmp_path):
    path = save(tmp_path / "image.png", np.zeros((256, 256, 3), np.uint8))
    content = bytearray(path.read_bytes())
    content[24] = 16
    path.write_bytes(content)

    assert refusal_code(path) in {"bits_unsupported", "decode_failed"}


def test_picture_with_several_pages_is_refused(tmp_path):
    page = Image.fromarray(make_grey_levels(bits=8).astype(np.uint8))
    page.save(tmp_path / "pages.tif", save_all=True, append_images=[page])

    assert refusal_code(tmp_path / "pages.tif") == "multi_frame"


def test_tiff_that_counts_from_white_is_refused(tmp_path):
    path = save(tmp_path / "image.tif", make_grey_levels(bits=8).astype(np.uint8), tiffinfo={262: 0})

    assert refusal_code(path) == "photometric_unsupported"


def test_jpeg_inside_tiff_is_refused(tmp_path):
    path = save(tmp_path / "image.tif", make_grey_levels(bits=8).astype(np.uint8), compression="jpeg")

    assert refusal_code(path) == "transfer_syntax_refused"


def test_picture_that_claims_too_many_pixels_is_refused_unread(tmp_path):
    path = save(tmp_path / "image.png", make_grey_levels(bits=8).astype(np.uint8))
    content = bytearray(path.read_bytes())
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    path.write_bytes(content)

    assert refusal_code(path) in {"size_out_of_range", "decode_failed"}


@pytest.mark.parametrize("size", [(255, 256), (256, 8193)])
def test_picture_outside_the_limits_is_refused(tmp_path, size):
    assert refusal_code(save(tmp_path / "image.png", np.zeros(size, np.uint8))) == "size_out_of_range"


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_truncated_picture_is_refused(tmp_path, suffix):
    path = save(tmp_path / f"image.{suffix}", make_grey_levels(bits=16))
    path.write_bytes(path.read_bytes()[:-2000])

    assert refusal_code(path) == "decode_failed"
