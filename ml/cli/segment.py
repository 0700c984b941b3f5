"""`python -m ml segment`: compressed breast, periphery and chest muscle of one image."""

import argparse
import io
from pathlib import Path

from PIL import Image

from ml.breast import COMPRESSED, PECTORAL, PERIPHERY, Regions, find_regions
from ml.cli.command import add_pixel_spacing, check_can_write, check_other_file, with_spacing, write_file
from ml.images import read_image

NAMES = {"compressed": COMPRESSED, "periphery": PERIPHERY, "pectoral": PECTORAL}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("image", type=Path, metavar="IMAGE", help="DICOM, PNG or TIFF")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help="8-bit PNG to write: 0 background, 1 compressed, 2 periphery, 3 pectoral muscle",
    )
    add_pixel_spacing(parser)


def run(options: argparse.Namespace) -> dict[str, object]:
    """Write the regions of one image and say how large they are; no breast is an answer, not an error."""
    check_can_write(options.out)
    check_other_file(options.out, options.image)
    image = read_image(options.image)
    acquisition = with_spacing(image.acquisition, options.pixel_spacing_mm)
    regions = find_regions(image.pixels, acquisition)
    picture = io.BytesIO()
    Image.fromarray(regions.labels).save(picture, format="PNG")
    write_file(options.out, picture.getvalue())
    return {
        "out": str(options.out),
        "rows": regions.labels.shape[0],
        "columns": regions.labels.shape[1],
        "is_found": regions.is_found,
        "laterality": regions.laterality,
        "view_position": acquisition.view_position,
        "chest_wall_side": regions.chest_wall_side,
        "pixel_spacing_mm": regions.pixel_spacing_mm,
        "area_px": {name: regions.area_px(region) for name, region in NAMES.items()},
        "area_mm2": _areas_mm2(regions),
        "breast_area_px": regions.breast_area_px(),
        "breast_area_mm2": regions.breast_area_mm2(),
        "pectoral_polygon": regions.polygon,
        "flags": regions.flags,
    }


def _areas_mm2(regions: Regions) -> dict[str, float] | None:
    if regions.pixel_spacing_mm is None:
        return None
    pixel_mm2 = regions.pixel_spacing_mm[0] * regions.pixel_spacing_mm[1]
    return {name: regions.area_px(region) * pixel_mm2 for name, region in NAMES.items()}


def as_text(answer: dict[str, object]) -> str:
    """Lay the areas out for people."""
    areas_px, areas_mm2 = answer["area_px"], answer["area_mm2"]
    lines = [f"{name:12} {_size(name, areas_px, areas_mm2)}" for name in NAMES]
    side = answer["chest_wall_side"] or "no breast found"
    flags = answer["flags"]
    notes = ", ".join(flags) if isinstance(flags, tuple) and flags else "none"
    return "\n".join([*lines, f"{'chest wall':12} {side}", f"{'flags':12} {notes}"])


def _size(name: str, areas_px: object, areas_mm2: object) -> str:
    if isinstance(areas_mm2, dict):
        return f"{areas_mm2[name] / 100:8.1f} cm2"
    return f"{areas_px[name] if isinstance(areas_px, dict) else 0:10d} px (pixel spacing not known)"
