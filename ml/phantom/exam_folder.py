"""An exam on disk: DICOM files, pictures of the truth and of simulated annotations, and truth.json.

docs/phantoms.md describes the files.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.uid import generate_uid

from ml import masks
from ml.phantom.annotators import Habits, expert_mask, third_party_label
from ml.phantom.class_map import TruthClass
from ml.phantom.curves import Curve, steps_of
from ml.phantom.detector import DETECTOR_OFFSET
from ml.phantom.dicom_file import write_phantom_dicom
from ml.phantom.forms import LOG_COUNTS
from ml.phantom.phantom import PHANTOM_VERSION, Phantom

UM_PER_MM = 1000
LARGEST_UM = 65535
POINTS_MM = 0.5
UNFINISHED = ".unfinished"


def write_exam(
    folder: Path, phantoms: list[Phantom], *, form: str, annotators: int = 0, habits: Habits | None = None
) -> None:
    """Write an exam into a folder of its own, which is there complete or not at all.

    Parameters
    ----------
    folder : Path
        The exam's folder, not there yet; its parent is.
    phantoms : list of Phantom
        The exam's views, each once.
    form : str
        One of `ml.phantom.FORMS`.
    annotators : int
        How many simulated third-party annotators mark each view, beside the expert; 0 writes neither.
    habits : Habits, optional
        Of the annotators.

    Raises
    ------
    PhantomRequestError
        If there is no such form.
    OSError
        If the files cannot be written.
    """
    unfinished = folder.with_name(folder.name + UNFINISHED)
    unfinished.mkdir()
    try:
        truth = {
            "phantom_version": PHANTOM_VERSION,
            "synthetic": True,
            "seed": phantoms[0].seed if phantoms else None,
            "form": form,
            "classes": {kind.name.lower(): int(kind) for kind in TruthClass},
            "views": [_write_view(unfinished, view, form, annotators, habits) for view in phantoms],
        }
        (unfinished / "truth.json").write_text(json.dumps(truth, indent=1, allow_nan=False) + "\n")
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _write_view(
    folder: Path, phantom: Phantom, form: str, annotators: int, habits: Habits | None
) -> dict[str, Any]:
    facts = phantom.acquisition
    name = facts.image_laterality + facts.view_position
    uid = write_phantom_dicom(
        phantom,
        folder / f"{name}.dcm",
        patient_id=f"PHANTOM-{phantom.seed}",
        study_uid=str(generate_uid(entropy_srcs=["phantom", str(PHANTOM_VERSION), str(phantom.seed)])),
        form=form,
    )
    _write_mask(folder / f"{name}_bac.png", phantom.bac)
    _write_mask(folder / f"{name}_microcalcifications.png", phantom.microcalcifications)
    _write_picture(folder / f"{name}_classes.png", phantom.classes)
    _write_picture(folder / f"{name}_bac_um.png", _micrometres(phantom.bac_thickness_mm))
    _write_picture(
        folder / f"{name}_microcalcifications_um.png", _micrometres(phantom.microcalcification_thickness_mm)
    )
    if annotators:
        _write_mask(folder / f"{name}_expert.png", expert_mask(phantom))
    labels = [third_party_label(phantom, number, habits=habits) for number in range(1, annotators + 1)]
    for number, label in enumerate(labels, start=1):
        _write_mask(folder / f"{name}_annotator{number}.png", label.mask)
    errors = [{"false": list(label.false_kinds), "missed": label.missed} for label in labels]
    return {"name": name, "sop_instance_uid": uid, **_truth_of(phantom), "annotators": errors}


def _truth_of(phantom: Phantom) -> dict[str, Any]:
    facts = phantom.acquisition
    return {
        "rows": phantom.breast.shape[0],
        "columns": phantom.breast.shape[1],
        "pixel_spacing_mm": phantom.pixel_spacing_mm,
        "mass_mg": round(phantom.mass_mg, 4),
        "length_mm": round(phantom.length_mm, 3),
        "length_in_breast_mm": round(phantom.length_in_breast_mm, 3),
        "severity": round(phantom.severity, 5),
        "density": round(phantom.density, 5),
        "thickness_mm": facts.body_part_thickness_mm,
        "kvp": facts.kvp,
        "anode": facts.anode,
        "filter": facts.filter_material,
        "grid": facts.grid,
        "detector_offset": DETECTOR_OFFSET,
        "log_counts_per_e_fold": LOG_COUNTS,
        "bac_lines": _points_of(phantom.bac_lines, phantom.pixel_spacing_mm),
        "uncalcified_vessel_lines": _points_of(phantom.vessel_lines, phantom.pixel_spacing_mm),
        "speck_centres": np.round(phantom.speck_centres, 2).tolist(),
    }


def _points_of(lines: list[Curve], pixel_spacing_mm: float) -> list[list[list[float]]]:
    """Return (row, column) in pixels about every half millimetre, and the last point, of each line."""
    points = []
    for line in lines:
        step_mm = float(steps_of(line).mean()) * pixel_spacing_mm
        every = max(1, int(POINTS_MM / max(step_mm, 1e-6)))
        points.append(np.round(np.vstack([line[:-1:every], line[-1:]]), 2).tolist())
    return points


def _micrometres(thickness_mm: NDArray[np.float32]) -> NDArray[np.uint16]:
    return np.rint(np.minimum(thickness_mm * UM_PER_MM, LARGEST_UM)).astype(np.uint16)


def _write_mask(path: Path, mask: NDArray[np.bool_]) -> None:
    path.write_bytes(masks.to_png(masks.from_dense(mask)))


def _write_picture(path: Path, picture: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
