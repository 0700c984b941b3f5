import pytest

from annotations.errors import SidecarRefusedError
from annotations.validators.sidecar import TEMPLATE, SidecarRow, read_sidecar, validate_sidecar_row
from tests.factories.intake import HEADER


def refusal_code(content: bytes) -> str:
    with pytest.raises(SidecarRefusedError) as refusal:
        read_sidecar(content)
    return refusal.value.code


def test_template_is_a_table_that_passes():
    rows = read_sidecar(TEMPLATE.encode())

    assert validate_sidecar_row(rows["P001_RCC.png"]) == SidecarRow(
        "P001", "P001-2024", "R", "CC", 0.07, "MONOCHROME2"
    )
    assert validate_sidecar_row(rows["P001_RMLO.png"]).view == "MLO"


def test_columns_may_stand_in_any_order_with_others_beside_them():
    header = "\ufeffVIEW,Study,patient,file,laterality,pixel_spacing_mm,photometric_interpretation,notes"

    rows = read_sidecar(f"{header}\ncc,S,P,a.png,l,,,x\n".encode())

    assert validate_sidecar_row(rows["a.png"]) == SidecarRow("P", "S", "L", "CC", None, "MONOCHROME2")


@pytest.mark.parametrize("column", HEADER.split(","))
def test_each_missing_column_is_named(column):
    header = ",".join(name for name in HEADER.split(",") if name != column)

    with pytest.raises(SidecarRefusedError) as refusal:
        read_sidecar(f"{header}\n".encode())

    assert refusal.value.code == "sidecar_column_missing"
    assert refusal.value.facts == {"columns": [column]}


def test_empty_table_misses_every_column():
    assert refusal_code(b"") == "sidecar_column_missing"


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"a" * 5 * 1024**2, f'{HEADER}\n"never closed'.encode()]
)
def test_what_is_no_csv_is_refused(content):
    assert refusal_code(content) in {"sidecar_unreadable", "sidecar_column_missing"}


def test_two_rows_for_one_file_are_refused():
    assert refusal_code(f"{HEADER}\na.png,P,S,,,,\na.png,P,S,,,,\n".encode()) == "sidecar_row_twice"


def test_backslash_in_a_file_name_is_a_folder():
    assert "right/a.png" in read_sidecar(f"{HEADER}\nright\\a.png,P,S,,,,\n".encode())
