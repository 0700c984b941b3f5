import struct

import pytest

from ml.errors import ImageRefusedError
from ml.images.codestream import CodestreamSize, read_codestream_size


def frame_header(marker: int, rows: int, columns: int, components: int = 1) -> bytes:
    return struct.pack(">BBHBHHB", 0xFF, marker, 11, 12, rows, columns, components)


@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC3, 0xF7])
def test_jpeg_size_is_read_from_every_kind_of_frame_header(marker):
    comment = b"\xff\xfe" + struct.pack(">H", 6) + b"text"

    size = read_codestream_size(b"\xff\xd8" + comment + b"\xff" + frame_header(marker, 3000, 2000))

    assert size == CodestreamSize(rows=3000, columns=2000, components=1)


def test_huffman_table_is_no_frame_header():
    table = b"\xff\xc4" + struct.pack(">H", 4) + b"\0\0"

    size = read_codestream_size(b"\xff\xd8" + table + frame_header(0xC3, 5, 7, 3))

    assert size == CodestreamSize(rows=5, columns=7, components=3)


def test_jpeg2000_size_leaves_out_the_image_offset():
    siz = struct.pack(">HHHH8IH", 0xFF4F, 0xFF51, 41, 0, 2010, 3020, 10, 20, 2010, 3020, 0, 0, 1)

    assert read_codestream_size(siz) == CodestreamSize(rows=3000, columns=2000, components=1)


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xc3\x00\x0b",
        b"\xff\xd8\xff\xda\x00\x08",
        b"\xff\xd8\xff\xfe\x00",
        b"\xff\x4f\xff\x51\x00\x29",
        b"\x00\x00\x00\x0cjP  ",
        b"GIF89a",
    ],
)
def test_codestream_without_a_size_is_refused(start):
    with pytest.raises(ImageRefusedError) as refusal:
        read_codestream_size(start)

    assert refusal.value.code == "codestream_unreadable"


def test_segment_of_no_length_does_not_run_for_ever():
    with pytest.raises(ImageRefusedError):
        read_codestream_size(b"\xff\xd8" + b"\xff\xfe\x00\x00" * 10)
