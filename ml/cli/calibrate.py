"""`python -m ml calibrate`: limits of the correction from a site's own pairs of labels."""

import argparse
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml.cli.command import Progress, write_files
from ml.cli.correct import RULES
from ml.cli.folder import make_folder
from ml.cli.label_pairs import LabelPair, measure_pairs, read_pairs
from ml.correction import CorrectionParameters
from ml.correction.calibration import Calibration, calibrate
from ml.correction.calibration_hint import Hint, suggest
from ml.correction.calibration_plot import plot_histograms, plot_surface
from ml.correction.measured_label import MeasuredLabel
from ml.correction.thresholds_file import to_thresholds

THRESHOLDS, SURFACE, HISTOGRAMS, COMPONENTS = (
    "thresholds.json",
    "surface.png",
    "histograms.png",
    "components.csv",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "pairs",
        type=Path,
        metavar="PAIRS.csv",
        help="columns image, third_party_mask, expert_mask (may be empty), patient and, if you like, "
        "pixel_spacing_mm; files are found from the folder of the table",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for what was found")
    parser.add_argument("--rule", choices=RULES, default="excess", help="what thickness decides")
    parser.add_argument("--no-branch-split", action="store_true", help="judge whole components")
    parser.add_argument("--seed", type=int, default=0, help="of the draw of the folds of patients")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure every label once, choose limits where experts' labels allow it, and write all down."""
    pairs = read_pairs(options.pairs)
    make_folder(options.out)
    parameters = CorrectionParameters(
        thickness_rule=RULES[options.rule], split_branches=not options.no_branch_split
    )
    labels = _measured(pairs, parameters)
    hint = suggest(labels, parameters=parameters)
    calibration = None
    if any(label.expert_px is not None for label in labels):
        calibration = calibrate(labels, parameters=parameters, seed=options.seed)
    chosen = parameters if calibration is None else calibration.parameters
    content = to_thresholds(
        chosen, calibration=calibration and calibration.to_json(), hint=hint.to_json(), images=len(labels)
    )
    pictures = {HISTOGRAMS: plot_histograms(hint)}
    if calibration is not None:
        pictures[SURFACE] = plot_surface(calibration)
    files = {
        THRESHOLDS: (json.dumps(content, indent=1, allow_nan=False) + "\n").encode(),
        COMPONENTS: _components(pairs, labels, chosen),
        **pictures,
    }
    write_files({options.out / name: written for name, written in files.items()})
    return _answer(
        calibration, hint, content["parameters_sha256"], [str(options.out / name) for name in files]
    )


def as_text(answer: dict[str, Any]) -> str:
    """Lay the choice, and what speaks for it, out for people."""
    advice = (
        "No expert's labels, so nothing was chosen: these are the default limits, and the valley is a hint."
        if answer["cross_validated_dice"] is None
        else "Expect the cross-validated Dice on other images; the chosen one is of the images that chose."
    )
    return "\n".join([*(f"{name:26} {_shown(value)}" for name, value in answer.items()), advice])


def _measured(pairs: list[LabelPair], parameters: CorrectionParameters) -> list[MeasuredLabel]:
    progress, labels = Progress("images"), []
    for label in measure_pairs(pairs, parameters):
        labels.append(label)
        progress(len(labels), len(pairs))
    return labels


def _answer(calibration: Calibration | None, hint: Hint, sha256: str, files: list[str]) -> dict[str, Any]:
    names = (
        "limit_name",
        "length_mm",
        "limit",
        "dice_uncorrected",
        "dice_start",
        "dice_chosen",
        "cross_validated_dice",
        "recall_uncorrected",
        "recall_chosen",
        "images",
        "patients",
        "pieces_true",
        "pieces_false",
    )
    return {
        "mode": hint.mode,
        **{name: getattr(calibration, name, None) for name in names},
        "fold_dice": None if calibration is None else list(calibration.fold_dice),
        "valley": hint.valley,
        "parameters_sha256": sha256,
        "files": files,
    }


def _components(
    pairs: Sequence[LabelPair], labels: Sequence[MeasuredLabel], chosen: CorrectionParameters
) -> bytes:
    """Write a row for every component: what it measures, what the expert says, and whether it is kept."""
    rows = [
        {
            "line": pair.line,
            "image": label.image,
            "patient": label.patient,
            "mode": label.mode,
            "box": " ".join(str(int(side)) for side in piece.box),
            **asdict(piece.measures),
            "expert_px": piece.expert_px,
            "near_expert_share": piece.near_expert_share,
            "is_true": None if piece.near_expert_share is None else piece.is_true,
            "is_kept": piece.is_kept(chosen, label.mode),
        }
        for pair, label in zip(pairs, labels, strict=True)
        for piece in label.pieces
    ]
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ["line", "image", "patient"])
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(part) for part in value)
    return "not known" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
