"""`python -m ml correct`: remove from a mask what the image does not bear out, and say why."""

import argparse
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ml.cli.command import (
    BadArgumentsError,
    Progress,
    add_pixel_spacing,
    check_can_write,
    check_other_file,
    read_mask,
    with_spacing,
    write_files,
)
from ml.correction import DEFAULT_PARAMETERS, CorrectionParameters, audit_rows, propose_removals
from ml.correction.thresholds_file import read_parameters
from ml.errors import PixelSpacingMissingError
from ml.images import read_image
from ml.masks import digest, to_png
from ml.types import Acquisition

RULES: dict[str, Literal["excess", "mean"]] = {"excess": "excess", "paper": "mean"}
ROUTES = ("direct", "paper18keV")
# Option, parameter and what it says.
NUMBERS = (
    ("minimum-length-mm", "shorter components are removed"),
    ("minimum-excess-um", "least thickness of mineral above the surroundings (rule excess, raw images)"),
    ("minimum-mean-um", "least mean thickness of mineral (rule paper, raw images)"),
    ("minimum-contrast-z", "least contrast in spreads of the surroundings (images for presentation)"),
    ("borderline-length-mm", "so near to the least length a human decides"),
    ("borderline-share", "so near to the least thickness or contrast, as a share of it, a human decides"),
    ("minimum-branch-mm", "shorter branches are not judged by themselves"),
    ("smoothing-mm", "standard deviation of the Gaussian before the opening"),
    ("element-mm", "diameter of the disc of the opening"),
    ("mu-calc-per-mm", "attenuation of the mineral instead of that for the header's beam"),
    ("scatter-to-primary-ratio", "instead of that for thickness and grid"),
    ("detector-offset", "counts of the detector without X-rays"),
    ("log-counts-per-e-fold", "slope of a raw image on a logarithmic scale"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("image", type=Path, metavar="IMAGE", help="DICOM, PNG or TIFF")
    parser.add_argument("mask", type=Path, metavar="MASK", help="PNG of the same size; above 0 is inside")
    parser.add_argument("--out", type=Path, required=True, help="PNG of the corrected mask to write")
    parser.add_argument("--audit", type=Path, required=True, help="JSON lines to write, one per component")
    parser.add_argument("--image-uid", help="names the image in the audit; the file's SHA-256 by default")
    add_pixel_spacing(parser)
    parser.add_argument("--parameters", type=Path, metavar="FILE", help="thresholds.json of calibrate")
    parser.add_argument("--rule", choices=RULES, help="what thickness decides; excess by default")
    parser.add_argument("--thickness-route", choices=ROUTES, help="how it is computed; direct by default")
    parser.add_argument("--no-branch-split", action="store_true", help="judge whole components")
    for option, says in NUMBERS:
        parser.add_argument(f"--{option}", type=float, metavar="X", help=says)


def run(options: argparse.Namespace) -> dict[str, object]:
    """Write the corrected mask and the audit, both or neither."""
    _check_outputs(options)
    parameters = _parameters(options)
    mask = read_mask(options.mask)
    image = read_image(options.image)
    report = propose_removals(
        mask,
        image.pixels,
        _acquisition(image.acquisition, options.pixel_spacing_mm),
        parameters=parameters,
        on_progress=Progress("components"),
    )
    rows = audit_rows(
        report,
        image_uid=options.image_uid or _sha256(options.image),
        created_at=datetime.now(UTC),
        annotation_version_in=digest(mask),
        annotation_version_out=digest(report.corrected),
    )
    lines = "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows)
    write_files({options.out: to_png(report.corrected), options.audit: lines.encode()})
    return {
        **report.summary,
        "mode": report.mode,
        "flags": report.flags,
        **report.processing,
        "algorithm_version": report.algorithm_version,
        "parameters_hash": report.parameters_sha256,
        "out": str(options.out),
        "audit": str(options.audit),
    }


def as_text(answer: dict[str, object]) -> str:
    """Lay the summary out for people."""
    lines = [f"{name:26} {_shown(value)}" for name, value in answer.items()]
    return "\n".join([*lines, "The correction only removes. Look at the borderline components yourself."])


def _check_outputs(options: argparse.Namespace) -> None:
    inputs = [path for path in (options.image, options.mask, options.parameters) if path is not None]
    for path in (options.out, options.audit):
        check_can_write(path)
        check_other_file(path, *inputs)
    is_one_file = options.out.exists() and options.audit.exists() and options.out.samefile(options.audit)
    if is_one_file or options.out.resolve() == options.audit.resolve():
        raise BadArgumentsError("--out and --audit are one file; name two.")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value) or "none"
    return "not known" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def _parameters(options: argparse.Namespace) -> CorrectionParameters:
    """Take the file's parameters, or the default ones, and put the options that were given in their place."""
    chosen = DEFAULT_PARAMETERS if options.parameters is None else read_parameters(options.parameters)
    names = ["thickness_route", *(option.replace("-", "_") for option, _ in NUMBERS)]
    given: dict[str, Any] = {name: getattr(options, name) for name in names}
    given["thickness_rule"] = RULES.get(options.rule)
    given["split_branches"] = False if options.no_branch_split else None
    return replace(chosen, **{name: value for name, value in given.items() if value is not None})


def _acquisition(acquisition: Acquisition, spacing_mm: tuple[float, float] | None) -> Acquisition:
    acquisition = with_spacing(acquisition, spacing_mm)
    if acquisition.pixel_spacing_mm is None:
        raise PixelSpacingMissingError(
            "The image does not say how large its pixels are, so no length can be judged. Give their spacing "
            "at the detector in millimetres with --pixel-spacing-mm."
        )
    return acquisition


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
