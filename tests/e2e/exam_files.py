"""A small exam of four views as files: one mirrored, one that has to be asked about, and an earlier exam."""

from pathlib import Path

import numpy as np
from pydicom import Dataset
from pydicom.uid import generate_uid

from ml.phantom import make_series
from tests.factories.dicom_files import make_dataset, write_dicom
from tests.factories.messy_header import code, said

ROWS, COLUMNS, SPACING_MM = 574, 478, 0.4
ORIENTATIONS = {"RCC": ("P", "L"), "LCC": ("A", "R"), "RMLO": ("P", "FL"), "LMLO": ("A", "FR")}
# Left CC lies mirrored and says so; right MLO lies mirrored and says nothing.
MIRRORED = {"LCC": ("P", "R"), "RMLO": ()}


def write_exam(folder: Path, *, patient: str) -> list[Path]:
    """Write the latest exam with a magnified spot view, and behind it the earlier one."""
    earlier, latest = make_series(
        7, years=(0.0, 1.0), rows=ROWS, columns=COLUMNS, pixel_spacing_mm=SPACING_MM
    )
    paths = []
    for number, (exam, day) in enumerate([(latest, "20240410"), (earlier, "20230410")]):
        study = generate_uid(entropy_srcs=[patient, day])
        for image in exam:
            view = image.acquisition.image_laterality + image.acquisition.view_position
            mirrored = MIRRORED if number == 0 else {}
            pixels = image.presentation[:, ::-1] if view in mirrored else image.presentation
            dataset = _dataset(pixels, said(view[0], view[1:], *mirrored.get(view, ORIENTATIONS[view])))
            paths.append(_write(folder / f"{number}{view}.dcm", dataset, patient, study, day))
            if view == "RCC" and number == 0:
                spot = said(
                    "R",
                    "CC",
                    ViewCodeSequence=code("399162004", "399055006", "399163009"),
                    EstimatedRadiographicMagnificationFactor=1.8,
                )
                paths.append(
                    _write(folder / "spot.dcm", _dataset(pixels[100:400, 120:420], spot), patient, study, day)
                )
    return paths


def _dataset(pixels: np.ndarray, header: dict[str, object]) -> Dataset:
    plain = {"ViewCodeSequence": None, "ImagerPixelSpacing": [SPACING_MM, SPACING_MM]}
    return make_dataset(np.ascontiguousarray(pixels), **{**plain, **header})


def _write(path: Path, dataset: Dataset, patient: str, study: str, day: str) -> Path:
    dataset.PatientID, dataset.StudyInstanceUID, dataset.StudyDate = patient, study, day
    return write_dicom(path, dataset)
