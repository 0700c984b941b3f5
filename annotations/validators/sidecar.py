"""The table beside PNG and TIFF files: what a picture cannot say about itself. Format: docs/ingest.md."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from annotations.errors import SidecarRefusedError

COLUMNS = ("file", "patient", "study", "laterality", "view", "pixel_spacing_mm", "photometric_interpretation")
LATERALITIES = ("L", "R")
VIEWS = ("CC", "MLO", "ML", "LM", "LMO", "XCCL", "XCCM", "FB", "SIO", "ISO")
PHOTOMETRIC_INTERPRETATIONS = ("MONOCHROME1", "MONOCHROME2")
TABLE_LIMIT_BYTES = 4 * 1024 * 1024
CODE_LIMIT_CHARACTERS = 64

TEMPLATE = (
    ",".join(COLUMNS)
    + "\n"
    + "P001_RCC.png,P001,P001-2024,R,CC,0.07,MONOCHROME2\n"
    + "P001_RMLO.png,P001,P001-2024,R,MLO,0.07,MONOCHROME2\n"
)


@dataclass(frozen=True)
class SidecarRow:
    """One checked row; `pixel_spacing_mm` is None where the cell is empty: not known."""

    patient: str
    study: str
    laterality: str
    view: str
    pixel_spacing_mm: float | None
    photometric_interpretation: str


def read_sidecar(content: bytes) -> dict[str, Mapping[str, str]]:
    """Read the table into rows by file; `validate_sidecar_row` checks the cells once a picture needs them."""
    reader = csv.DictReader(io.StringIO(_decode(content)), strict=True)
    try:
        columns = [name.strip().lower() for name in reader.fieldnames or []]
        reader.fieldnames = columns
        missing = [name for name in COLUMNS if name not in columns]
        if missing:
            raise SidecarRefusedError(
                f"The table has no column {', '.join(missing)}. It needs {', '.join(COLUMNS)}: "
                "start from the template.",
                code="sidecar_column_missing",
                columns=missing,
            )
        return _rows_by_file(reader)
    except csv.Error as error:
        raise SidecarRefusedError(
            f"The table cannot be read as CSV near line {reader.line_num}. Save it as CSV with commas.",
            code="sidecar_unreadable",
        ) from error


def _decode(content: bytes) -> str:
    if len(content) > TABLE_LIMIT_BYTES:
        raise SidecarRefusedError(
            f"The table is larger than {TABLE_LIMIT_BYTES // 1024**2} MB. Split it.",
            code="sidecar_unreadable",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SidecarRefusedError(
            "The table is not UTF-8 text. Save it as CSV in UTF-8.", code="sidecar_unreadable"
        ) from error


def _rows_by_file(reader: csv.DictReader) -> dict[str, Mapping[str, str]]:
    rows: dict[str, Mapping[str, str]] = {}
    for cells in reader:
        row = {name: (cells.get(name) or "").strip() for name in COLUMNS}
        file = row["file"].replace("\\", "/")
        if file in rows:
            raise SidecarRefusedError(
                f"The table has two rows for {file}. Keep one of them.", code="sidecar_row_twice"
            )
        if file:
            rows[file] = row
    return rows


def validate_sidecar_row(row: Mapping[str, str]) -> SidecarRow:
    """Check the cells of one picture; raise SidecarRefusedError that names the cell."""
    return SidecarRow(
        patient=_code(row, "patient"),
        study=_code(row, "study"),
        laterality=_choice(row, "laterality", LATERALITIES),
        view=_choice(row, "view", VIEWS),
        pixel_spacing_mm=_spacing(row),
        photometric_interpretation=_choice(row, "photometric_interpretation", PHOTOMETRIC_INTERPRETATIONS)
        or "MONOCHROME2",
    )


def _code(row: Mapping[str, str], column: str) -> str:
    value = row[column]
    if not value or len(value) > CODE_LIMIT_CHARACTERS:
        raise _invalid_cell(column, value, f"a code of 1 to {CODE_LIMIT_CHARACTERS} characters")
    return value


def _choice(row: Mapping[str, str], column: str, allowed: tuple[str, ...]) -> str:
    value = row[column].upper()
    if value and value not in allowed:
        raise _invalid_cell(column, value, f"{', '.join(allowed)} or nothing")
    return value


def _spacing(row: Mapping[str, str]) -> float | None:
    value = row["pixel_spacing_mm"]
    try:
        return float(value) if value else None
    except ValueError:
        raise _invalid_cell("pixel_spacing_mm", value, "a number of mm such as 0.07, or nothing") from None


def _invalid_cell(column: str, came: str, allowed: str) -> SidecarRefusedError:
    return SidecarRefusedError(
        f'In the table, {column} is "{came[:32]}". It may be {allowed}.', code="sidecar_value_invalid"
    )
