"""What people hand over to intake: pictures with their table, and zips, good and hostile."""

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from tests.factories.dicom_files import make_grey_levels

HEADER = "file,patient,study,laterality,view,pixel_spacing_mm,photometric_interpretation"


def write_picture(path: Path, *, bits: int = 16, seed: int = 1) -> Path:
    pixels = make_grey_levels(bits=bits, seed=seed)
    Image.fromarray(pixels.astype(np.uint8) if bits == 8 else pixels).save(path)
    return path


def write_table(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_zip_with_link(path: Path) -> Path:
    link = zipfile.ZipInfo("image.dcm")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return path


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()
