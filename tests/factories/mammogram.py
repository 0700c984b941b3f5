import hashlib
import io
import itertools
import uuid

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotations.domain.content import put_content
from annotations.models import Mammogram, Patient, Study

_numbers = itertools.count(1)


def make_study(patient: Patient | None = None) -> Study:
    # Random, because several programs may write into one system.
    patient = patient or Patient.objects.create(code=f"P-{uuid.uuid4().hex[:12]}")
    return Study.objects.create(patient=patient, study_instance_uid=_make_uid())


def make_pixels(rows: int = 64, columns: int = 48) -> NDArray[np.uint16]:
    """Make a ramp along the columns whose first pixel is different in every image."""
    pixels = np.tile(np.arange(columns, dtype=np.uint16) * 64, (rows, 1))
    pixels[0, 0] = next(_numbers)
    return pixels


def make_mammogram(
    pixels: NDArray[np.uint16] | None = None, study: Study | None = None, **facts: object
) -> Mammogram:
    """Make a 12-bit RMLO image, 64 x 48 where no pixels are given, whose PNG lies in the content store.

    `facts` replace any field of the row; `pixel_spacing_mm=(0.07, 0.07)` sets both spacings at once.
    """
    pixels = make_pixels() if pixels is None else pixels
    spacing_mm = facts.pop("pixel_spacing_mm", None) or (None, None)
    rows, columns = pixels.shape
    uid = _make_uid()
    fields = {
        "study": study or make_study(),
        "sop_instance_uid": uid,
        "source_sha256": hashlib.sha256(uid.encode()).hexdigest(),
        "pixels_sha256": put_content(_write_png(pixels)),
        "rows": rows,
        "columns": columns,
        "bits_stored": 12,
        "photometric_interpretation": "MONOCHROME2",
        "presentation_intent": "FOR PRESENTATION",
        "image_laterality": "R",
        "view_position": "MLO",
        "pixel_spacing_row_mm": spacing_mm[0],
        "pixel_spacing_column_mm": spacing_mm[1],
    }
    return Mammogram.objects.create(**{**fields, **facts})


def _write_png(pixels: NDArray[np.uint16]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint16)).save(file, format="PNG")
    return file.getvalue()


def _make_uid() -> str:
    return f"2.25.{uuid.uuid4().int}"
