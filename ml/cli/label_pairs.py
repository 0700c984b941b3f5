"""The table of pairs that a calibration reads: images, labels, experts' labels and patients."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ml.cli.command import MissingFileError, read_mask
from ml.correction import CorrectionParameters
from ml.correction.measured_label import MeasuredLabel, measure_label
from ml.errors import MlError
from ml.images import checked_spacing, read_image
from ml.types import Acquisition

REQUIRED = ("image", "third_party_mask", "expert_mask", "patient")
OPTIONAL = ("pixel_spacing_mm",)


class PairsTableError(MlError):
    """The table of pairs, or a file that a row of it names, cannot be used; the message names the line."""

    code = "pairs_table"


@dataclass(frozen=True, kw_only=True)
class LabelPair:
    """A row of the table.

    Attributes
    ----------
    line : int
        Where it stands, 1 for the first line of the file.
    image, third_party_mask : Path
        Files.
    expert_mask : Path or None
        None where no expert marked the image.
    patient : str
        Not empty.
    pixel_spacing_mm : float or None
        None leaves what the header says.
    """

    line: int
    image: Path
    third_party_mask: Path
    expert_mask: Path | None
    patient: str
    pixel_spacing_mm: float | None


def read_pairs(path: Path) -> list[LabelPair]:
    """Read the table.

    Parameters
    ----------
    path : Path
        CSV in UTF-8 with a line of names. Files are found from the folder that it lies in.

    Returns
    -------
    pairs : list of LabelPair
        At least one, in the order of the table.

    Raises
    ------
    MissingFileError
        If the table, or a file that it names, is not there.
    PairsTableError
        If a column is missing, unknown or twice there, a row is too long, lacks a name or has a spacing that
        is no number, or there are no rows.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except OSError as error:
        raise MissingFileError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise PairsTableError(f"{path} is not a table in UTF-8; save it as CSV in UTF-8.") from None
    reader = csv.DictReader(lines)
    try:
        _check_columns(path, list(reader.fieldnames or []))
        pairs = [_pair(path, reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise PairsTableError(f"Line {reader.line_num} of {path} is not CSV: {error}.") from None
    if not pairs:
        raise PairsTableError(f"{path} has no rows; give one per image.")
    return pairs


def measure_pairs(pairs: list[LabelPair], parameters: CorrectionParameters) -> Iterator[MeasuredLabel]:
    """Open and measure the images of a table one by one.

    Parameters
    ----------
    pairs : list of LabelPair
        From `read_pairs`.
    parameters : CorrectionParameters
        How to measure.

    Yields
    ------
    label : MeasuredLabel
        In the order of the pairs.

    Raises
    ------
    PairsTableError
        If an image or a mask cannot be read or they do not fit, with the line and, as `code`, what is wrong.
    """
    for pair in pairs:
        try:
            yield _measure(pair, parameters)
        except MlError as error:
            raise PairsTableError(f"Line {pair.line}: {error.message}", code=error.code) from None


def _measure(pair: LabelPair, parameters: CorrectionParameters) -> MeasuredLabel:
    image = read_image(pair.image)
    return measure_label(
        read_mask(pair.third_party_mask),
        image.pixels,
        _acquisition(image.acquisition, pair.pixel_spacing_mm),
        image=str(pair.image),
        patient=pair.patient,
        expert=None if pair.expert_mask is None else read_mask(pair.expert_mask),
        parameters=parameters,
    )


def _acquisition(acquisition: Acquisition, given_mm: float | None) -> Acquisition:
    if given_mm is None:
        return acquisition
    spacing_mm = checked_spacing(given_mm, given_mm, "pixel_spacing_mm")
    return replace(acquisition, pixel_spacing_mm=spacing_mm, pixel_spacing_source="given")


def _check_columns(path: Path, columns: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown or len(set(columns)) < len(columns):
        raise PairsTableError(
            f"Line 1 of {path} must name each column once: {', '.join(REQUIRED)} and, if you like, "
            f"{', '.join(OPTIONAL)}. Missing: {', '.join(missing) or 'none'}; unknown: "
            f"{', '.join(unknown) or 'none'}."
        )


def _pair(path: Path, line: int, row: dict[str, str | None]) -> LabelPair:
    if None in row:
        raise PairsTableError(f"Line {line} of {path} has more cells than columns; quote cells with commas.")
    cells = {name: (value or "").strip() for name, value in row.items()}
    empty = [name for name in ("image", "third_party_mask", "patient") if not cells[name]]
    if empty:
        raise PairsTableError(
            f"Line {line} of {path} lacks {', '.join(empty)}; only expert_mask may be empty."
        )
    files = {name: path.parent / cells[name] for name in REQUIRED[:3] if cells[name]}
    for name, file in files.items():
        if not file.is_file():
            raise MissingFileError(f"Line {line} of {path}: the {name} {file} is not there.")
    return LabelPair(
        line=line,
        image=files["image"],
        third_party_mask=files["third_party_mask"],
        expert_mask=files.get("expert_mask"),
        patient=cells["patient"],
        pixel_spacing_mm=_number(path, line, cells.get("pixel_spacing_mm", "")),
    )


def _number(path: Path, line: int, written: str) -> float | None:
    try:
        return float(written) if written else None
    except ValueError:
        raise PairsTableError(
            f"Line {line} of {path}: pixel_spacing_mm is {written!r}; give a number with a point, or nothing."
        ) from None
