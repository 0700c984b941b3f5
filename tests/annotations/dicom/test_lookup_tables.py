import base64
import json
import zlib

import numpy as np
import pytest

from annotations.dicom import keep_attributes, read_header
from tests.factories.dicom_files import (
    CANARY,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    make_dataset,
    write_dicom,
)
from tests.factories.voi_lut import make_voi_lut

CURVE = np.rint(65535 / (1 + np.exp(-(np.arange(4096) - 2000) / 300))).astype(np.uint16)


def _values(kept: dict[str, str]) -> list[int]:
    return np.frombuffer(zlib.decompress(base64.b64decode(kept["values"])), "<u2").tolist()


@pytest.mark.parametrize("transfer_syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_tables_of_a_file_are_kept_entry_by_entry(tmp_path, transfer_syntax):
    tables = [
        make_voi_lut(CURVE, first_mapped=0, bits=16, explanation="Normal"),
        make_voi_lut(CURVE // 16, first_mapped=100, bits=12),
    ]
    path = write_dicom(tmp_path / "image.dcm", make_dataset(VOILUTSequence=tables), transfer_syntax)

    first, second = keep_attributes(read_header(path))["VOILUTSequence"]

    assert _values(first) == CURVE.tolist()
    assert _values(second) == (CURVE // 16).tolist()
    assert (first["first_mapped"], first["bits"], first["explanation"]) == (0, 16, "NORMAL")
    assert (second["first_mapped"], second["bits"], second["explanation"]) == (100, 12, "")


def test_a_table_of_all_values_is_written_with_0_entries():
    kept = keep_attributes(make_dataset(VOILUTSequence=[make_voi_lut(np.arange(65536))]))

    assert _values(kept["VOILUTSequence"][0]) == list(range(65536))


def test_entries_of_8_bits_may_be_packed():
    table = make_voi_lut(np.arange(256), bits=8)
    table.LUTData = bytes(range(256))

    kept = keep_attributes(make_dataset(VOILUTSequence=[table]))

    assert _values(kept["VOILUTSequence"][0]) == list(range(256))


def test_no_text_comes_through_a_table():
    named = make_voi_lut(CURVE, explanation=f"for {CANARY}")
    hidden = make_voi_lut(np.frombuffer(f"{CANARY}^JANE".encode(), "u1"), bits=8)

    kept = keep_attributes(make_dataset(VOILUTSequence=[named, hidden]))["VOILUTSequence"]

    assert CANARY not in json.dumps(kept)
    assert [table["explanation"] for table in kept] == [""]


@pytest.mark.parametrize(
    ("values", "descriptor"),
    [
        ([0, 5, 3, 9], [4, 0, 16]),
        ([0, 5, 6, 256], [4, 0, 8]),
        ([0, 1, 2], [4, 0, 16]),
        ([7], [1, 0, 16]),
        ([0, 1, 2, 3], [4, 0, 7]),
        ([0, 1, 2, 3], [4, 0, 32]),
        ([0, 1, 2, 3], [4, 0]),
        ([0, 1, 2, 3], None),
    ],
    ids=["turns back", "over its bits", "too short", "one entry", "7 bits", "32 bits", "no bits", "bare"],
)
def test_a_table_that_does_not_hold_is_left_out(values, descriptor):
    table = make_voi_lut(np.array(values))
    if descriptor is None:
        del table.LUTDescriptor
    else:
        table.LUTDescriptor = descriptor

    assert "VOILUTSequence" not in keep_attributes(make_dataset(VOILUTSequence=[table]))


def test_no_more_than_eight_tables_are_kept():
    tables = [make_voi_lut(np.arange(16)) for _ in range(20)]

    assert len(keep_attributes(make_dataset(VOILUTSequence=tables))["VOILUTSequence"]) == 8


@pytest.mark.parametrize("transfer_syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_padding_is_read_from_either_way_of_writing(tmp_path, transfer_syntax):
    dataset = make_dataset(PixelPaddingValue=4095, PixelPaddingRangeLimit=4090)
    path = write_dicom(tmp_path / "image.dcm", dataset, transfer_syntax)

    kept = keep_attributes(read_header(path))

    assert (kept["PixelPaddingValue"], kept["PixelPaddingRangeLimit"]) == (4095, 4090)
