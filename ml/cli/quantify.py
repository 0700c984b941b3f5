"""`python -m ml quantify`: every number about the calcification that a mask or a probability map marks."""

import argparse
import dataclasses
import io
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ml.cli.command import BadArgumentsError, add_pixel_spacing, read_bytes, with_spacing
from ml.errors import QuantifyInputError
from ml.images import read_image
from ml.masks import from_dense
from ml.quantify import DEFINITIONS, UNDEFINED_REASONS, quantify

Kind = Literal["mask", "probability"]
UNIT_BY_ENDING = {"_mm": "mm", "_mm2": "mm2", "_px": "px", "_mg": "mg"}
DEPTH_BY_MODE = {"L": np.uint8, "I;16": np.uint16, "I": np.uint16}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("image", type=Path, metavar="IMAGE", help="DICOM, PNG or TIFF")
    parser.add_argument(
        "marked",
        type=Path,
        metavar="MASK_OR_PROBABILITY.png",
        help="grey PNG of that size: a mask if it is black and white, or black only; else probabilities",
    )
    parser.add_argument(
        "--as", dest="kind", choices=("mask", "probability"), help="what the PNG is, whatever it holds"
    )
    add_pixel_spacing(parser)
    parser.add_argument("--detector-offset", type=float, help="counts of the detector without X-rays")
    parser.add_argument(
        "--log-counts-per-e-fold", type=float, help="slope of a raw image on a logarithmic scale"
    )
    parser.add_argument("--cutoff", type=float, default=0.5, help="pixels of a higher probability count; 0.5")
    parser.add_argument(
        "--threshold", type=float, default=100, metavar="X", help="X of TAM_X and TSIM_X; 100"
    )
    parser.add_argument("--include-threshold", action="store_true", help="a brightness of just X counts")
    parser.add_argument("--least-probability", type=float, metavar="P", help="PM leaves out P and less")
    parser.add_argument("--include-pectoral", action="store_true", help="chest muscle counts as breast area")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure one image; every number has its name of `ml.quantify`, null where it cannot be had."""
    values = _read_levels(options.marked)
    kind: Kind = options.kind or _kind_of(values)
    image = read_image(options.image)
    quantities = quantify(
        image.pixels,
        with_spacing(image.acquisition, options.pixel_spacing_mm),
        mask=from_dense(values != 0) if kind == "mask" else None,
        probability=values if kind == "probability" else None,
        cutoff=options.cutoff,
        least_probability=options.least_probability,
        threshold_x=options.threshold,
        is_threshold_included=options.include_threshold,
        include_pectoral=options.include_pectoral,
        detector_offset=options.detector_offset,
        log_counts_per_e_fold=options.log_counts_per_e_fold,
    )
    return {"taken_for": kind, **dataclasses.asdict(quantities)}


def as_text(answer: dict[str, Any]) -> str:
    """Lay the numbers out as a table: name, value with unit, meaning."""
    definition = answer["definition"]
    basis = [
        f"The PNG was taken for a {answer['taken_for']}; another reading: --as.",
        f"Cutoff {definition['cutoff']}, X {definition['threshold_x']}; scale {definition['mapping_id']}.",
        f"Definitions version {definition['version']}; lengths at the {definition['plane']}.",
        f"Mass calibrated by: {answer['calibration']} ({answer['calibration_reason']}).",
        f"Assumed or left out: {', '.join(answer['flags']) or 'nothing'}.",
    ]
    rows = [f"{name:24} {_value(name, answer):>20}  {_meaning(name, answer)}" for name in DEFINITIONS]
    doubts = [f"  {name:22} {sigma:>17.3f} mg" for name, sigma in answer["mass_terms_mg"].items()]
    if doubts:
        doubts.insert(0, "Standard deviation of the mass from each source:")
    return "\n".join([*basis, "", *rows, *doubts, "Research use only; no clinical result."])


def _value(name: str, answer: dict[str, Any]) -> str:
    value = answer[name]
    if value is None:
        return "-"
    unit = next((unit for ending, unit in UNIT_BY_ENDING.items() if name.endswith(ending)), "")
    if isinstance(value, tuple):
        return f"{value[0]:.2f} to {value[1]:.2f} {unit}"
    return f"{value:.3f} {unit}".strip() if isinstance(value, float) else f"{value} {unit}".strip()


def _meaning(name: str, answer: dict[str, Any]) -> str:
    reason = answer["undefined"].get(name)
    return DEFINITIONS[name] if reason is None else f"Missing. {UNDEFINED_REASONS[reason]}"


def _read_levels(path: Path) -> NDArray:
    content = read_bytes(path)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.mode == "1":
                return np.asarray(picture).astype(np.uint8) * np.uint8(255)
            depth = DEPTH_BY_MODE.get(picture.mode)
            if depth is not None:
                return np.asarray(picture).astype(depth)
            came = f"has the mode {picture.mode}"
    except UnidentifiedImageError:
        came = "is not a PNG that can be read"
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        came = f"is not a PNG that can be read ({error})"
    raise QuantifyInputError(
        f"{path} {came}; expected a grey PNG of 1, 8 or 16 bits.", code="not_a_mask_or_map"
    )


def _kind_of(values: NDArray) -> Kind:
    """Take a picture of black and white for a mask, and refuse one of black and another grey."""
    highest = int(values.max())
    is_two_valued = bool(((values == 0) | (values == highest)).all())
    if not is_two_valued or (highest > 0 and values.min() > 0):
        return "probability"
    if highest not in (0, np.iinfo(values.dtype).max):
        raise BadArgumentsError(
            f"The PNG holds 0 and {highest} only: a mask, or a map of one faint probability. Say which: "
            "--as mask or --as probability."
        )
    return "mask"
