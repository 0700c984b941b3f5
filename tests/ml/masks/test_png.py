import hashlib
import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from ml.errors import MaskCodecError
from ml.masks import capsule, empty, from_dense, from_png, to_dense, to_png, to_png_1bit

ONE_BIT_SHA256 = "6889706bf7750bd5979887a89024c650f1e0d25b89b6b8678995407a2d4c5868"
GENERATOR = np.random.default_rng(21)
MASKS = [
    empty(7, 5),
    empty(900, 1),
    from_dense(np.ones((6, 4), dtype=bool)),
    from_dense(np.ones((1, 1), dtype=bool)),
    from_dense(np.ones((400, 401), dtype=bool)),
    from_dense(GENERATOR.random((40, 50)) < 0.5),
    from_dense(GENERATOR.random((40, 50)) < 0.02),
    from_dense(GENERATOR.random((60, 1)) < 0.5),
    from_dense(np.repeat(GENERATOR.random((9, 200)) < 0.5, 47, axis=1)),
    capsule(900, 700, (100.0, 100.0), (850.0, 600.0), 30.0),
    capsule(30, 16384, (3.0, -5.0), (25.0, 16390.0), 6.0),
]


def to_file(array, **options):
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "PNG", **options)
    return stream.getvalue()


@pytest.mark.parametrize("mask", MASKS)
def test_png_opens_as_the_mask(mask):
    data = to_png(mask)

    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "L"
        assert np.array_equal(np.asarray(image), to_dense(mask) * np.uint8(255))
    assert data == to_png(mask)
    assert from_png(data) == mask


@pytest.mark.parametrize("mask", MASKS)
def test_png_of_one_bit_opens_as_the_mask_in_other_readers(mask):
    data = to_png_1bit(mask)

    with Image.open(io.BytesIO(data)) as image:
        image.verify()
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "1"
        assert np.array_equal(np.asarray(image), to_dense(mask))
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(decoded, to_dense(mask) * np.uint8(255))
    assert from_png(data) == mask


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_png_bytes_are_those_that_datasets_were_frozen_with():
    mask = capsule(40, 60, (10.0, 10.0), (30.0, 50.0), 4.0)
    lines = b"".join(b"\0" + bytes(line) for line in to_dense(mask) * np.uint8(255))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60, 40, 8, 0, 0, 0, 0))

    assert to_png(mask) == (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")
    )


def test_bytes_of_one_bit_per_pixel_stay_what_they_are():
    mask = capsule(40, 60, (10.0, 10.0), (30.0, 50.0), 4.0)

    assert hashlib.sha256(to_png_1bit(mask)).hexdigest() == ONE_BIT_SHA256


@pytest.mark.parametrize("bits", [1, 8, 16])
def test_grey_of_every_depth_is_read(bits):
    array = GENERATOR.random((30, 41)) < 0.3
    picture = {1: array, 8: array * np.uint8(1), 16: array * np.uint16(256)}[bits]

    assert from_png(to_file(picture)) == from_dense(array)


@pytest.mark.parametrize("mode", ["P", "RGB", "RGBA", "LA"])
def test_pictures_with_colours_are_refused_in_plain_words(mode):
    stream = io.BytesIO()
    Image.new(mode, (5, 4)).save(stream, "PNG")

    with pytest.raises(MaskCodecError, match="a mask is a plain grey PNG") as refusal:
        from_png(stream.getvalue())

    assert refusal.value.code == "not_a_mask"


def test_file_cut_short_is_refused_wherever_it_ends():
    data = to_png(MASKS[5])
    end_of_pixels = len(data) - 24  # then checksums and the empty last chunk
    for length in range(end_of_pixels):
        with pytest.raises(MaskCodecError) as refusal:
            from_png(data[:length])
        assert refusal.value.code == "not_a_mask"


def test_damage_gives_a_mask_or_a_refusal():
    intact = to_png(MASKS[9])
    for _ in range(300):
        damaged = bytearray(intact)
        for place in GENERATOR.integers(0, len(damaged), 3):
            damaged[place] = GENERATOR.integers(0, 256)
        try:
            mask = from_png(bytes(damaged))
        except MaskCodecError:
            continue
        assert from_dense(to_dense(mask)) == mask


@pytest.mark.parametrize(
    ("columns", "rows", "code"), [(16385, 4, "too_large"), (2**31, 2**31, "too_large"), (0, 4, "not_a_mask")]
)
def test_size_is_judged_before_the_pixels(columns, rows, code):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0))

    with pytest.raises(MaskCodecError) as refusal:
        from_png(b"\x89PNG\r\n\x1a\n" + head)

    assert refusal.value.code == code


def test_largest_mask_is_read():
    mask = capsule(16384, 16384, (0.0, 0.0), (16384.0, 16384.0), 3.0)

    assert from_png(to_png_1bit(mask)) == mask


@pytest.mark.parametrize("data", [b"", b"TLM\x01", b"GIF89a" + bytes(40)])
def test_bytes_that_are_no_png_are_refused(data):
    with pytest.raises(MaskCodecError, match="not a PNG"):
        from_png(data)
