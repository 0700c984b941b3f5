"""`python -m ml normalise`: one image on a grey scale that does not depend on the exposure."""

import argparse
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.cli.command import (
    BadArgumentsError,
    add_pixel_spacing,
    check_can_write,
    check_other_file,
    with_spacing,
    write_file,
)
from ml.images import read_image
from ml.normalise import METHODS, normalise

LARGEST_LEVEL = 2**16 - 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("image", type=Path, metavar="IMAGE", help="DICOM, PNG or TIFF")
    parser.add_argument("--method", choices=METHODS, required=True, help="the grey scale")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help=".npy for float32 values, .png for 16 bits scaled to their range",
    )
    add_pixel_spacing(parser)
    parser.add_argument(
        "--percentiles",
        type=float,
        nargs=2,
        default=(0.0, 100.0),
        metavar=("LOW", "HIGH"),
        help="of the breast, that the gammas stretch between; 0 100",
    )
    parser.add_argument("--target", type=float, default=0.5, help="mean that auto_gamma aims at; 0.5")
    parser.add_argument("--no-invert", action="store_true", help="leave calcium dark where it is (gammas)")
    parser.add_argument(
        "--literal", action="store_true", help="simple_gamma of the stored values, as it was published"
    )
    parser.add_argument("--include-pectoral", action="store_true", help="chest muscle counts as breast")


def run(options: argparse.Namespace) -> dict[str, object]:
    """Write the normalised image; the answer says how to get its values back from a PNG."""
    check_can_write(options.out)
    check_other_file(options.out, options.image)
    if options.out.suffix.lower() not in (".png", ".npy"):
        raise BadArgumentsError(f"--out is {options.out.name}; its name must end in .png or .npy.")
    image = read_image(options.image)
    normalised = normalise(
        image.pixels,
        with_spacing(image.acquisition, options.pixel_spacing_mm),
        method=options.method,
        include_pectoral=options.include_pectoral,
        percentiles=tuple(options.percentiles),
        invert=not options.no_invert,
        literal=options.literal,
        target=options.target,
    )
    is_png = options.out.suffix.lower() == ".png"
    content, scaling = _as_png(normalised.values) if is_png else (_as_npy(normalised.values), None)
    write_file(options.out, content)
    return {
        "out": str(options.out),
        "rows": normalised.values.shape[0],
        "columns": normalised.values.shape[1],
        "value_of_level": scaling,
        **normalised.record,
        "flags": normalised.flags,
    }


def _as_npy(values: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def _as_png(values: NDArray[np.float32]) -> tuple[bytes, dict[str, float]]:
    """Return a picture, and the value of its level 0 and the step from one level to the next."""
    lowest = float(values.min())
    step = (float(values.max()) - lowest) / LARGEST_LEVEL
    levels = np.rint((values - lowest) / step).astype(np.uint16)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, format="PNG", compress_level=1)
    return file.getvalue(), {"lowest": lowest, "step": step}
