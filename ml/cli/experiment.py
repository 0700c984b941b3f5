"""`python -m ml experiment`: run an experiment on phantoms, or list the experiments there are."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ml.cli.command import Progress, write_files
from ml.cli.folder import make_folder
from ml.experiments import EXPERIMENTS
from ml.experiments.label_correction import run_label_correction
from ml.experiments.label_layout import as_plain, tables_of

CSV_TABLES = (
    "agreement",
    "agreement_with_grid",
    "agreement_without_grid",
    "kept_by_kind",
    "kept_of_bac_by_thickness",
)
# Those that two processors train in minutes.
SMALL_NETWORKS = ("mobilenet", "mobilenetv2")
RESULT_FILE = "label_correction.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    experiments = parser.add_subparsers(dest="experiment", metavar="EXPERIMENT")
    labels = experiments.add_parser("label-correction", help=EXPERIMENTS["label-correction"])
    # Before or after the name of the experiment.
    labels.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    labels.add_argument("--phantoms", type=int, default=32, help="how many; 32 by default")
    labels.add_argument("--seed", type=int, default=1000, help="of the first phantom; 1000 by default")
    labels.add_argument("--pixel-spacing-mm", type=float, default=0.1, help="size of a pixel; 0.1 by default")
    labels.add_argument(
        "--level", type=float, default=1.0, help="how often the annotator errs; 1: as published"
    )
    labels.add_argument("--processes", type=int, help="phantoms at a time; one per processor by default")
    labels.add_argument("--out", type=Path, metavar="DIR", help="folder for the tables as JSON and CSV")
    images = experiments.add_parser("image-classifiers", help=EXPERIMENTS["image-classifiers"])
    images.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    images.add_argument("--networks", nargs="+", metavar="NAME", default=SMALL_NETWORKS, help="which")
    images.add_argument("--phantoms", type=int, default=120, help="to train on; 120 by default")
    images.add_argument("--epochs", type=int, default=14, help="of each training; 14 by default")
    images.add_argument("--rows", type=int, default=384, help="of what a network sees; 384 by default")
    images.add_argument("--seed", type=int, default=1, help="of weights and order; 1 by default")
    images.add_argument("--out", type=Path, metavar="DIR", help="folder for the figures as JSON and PNG")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Run the experiment; without a name, list all."""
    if options.experiment is None:
        return {"experiments": EXPERIMENTS}
    if options.out is not None:
        make_folder(options.out)
    return _run_images(options) if options.experiment == "image-classifiers" else _run_labels(options)


def _run_images(options: argparse.Namespace) -> dict[str, Any]:
    from ml.experiments.image_classifiers import plot_lengths, run_image_classifiers  # noqa: PLC0415 - torch

    result = run_image_classifiers(
        options.networks,
        phantoms=options.phantoms,
        epochs=options.epochs,
        seed=options.seed,
        rows=options.rows,
        say=_say,
    )
    if options.out is not None:
        as_json = json.dumps(result, indent=1, allow_nan=False) + "\n"
        write_files(
            {
                options.out / "image_classifiers.json": as_json.encode(),
                options.out / "image_classifiers_lengths.png": plot_lengths(result),
            }
        )
    return result


def _say(line: str) -> None:
    with suppress(OSError):  # the work goes on, whether or not anyone reads this
        print(line, file=sys.stderr, flush=True)


def _run_labels(options: argparse.Namespace) -> dict[str, Any]:
    result = run_label_correction(
        phantoms=options.phantoms,
        seed=options.seed,
        pixel_spacing_mm=options.pixel_spacing_mm,
        level=options.level,
        processes=options.processes,
        on_progress=Progress("phantoms"),
    )
    if options.out is not None:
        contents = {options.out / f"label_correction_{name}.csv": _csv(result[name]) for name in CSV_TABLES}
        as_json = json.dumps(result, indent=1, allow_nan=False) + "\n"
        write_files({options.out / RESULT_FILE: as_json.encode(), **contents})
    return result


def as_text(answer: Mapping[str, Any]) -> str:
    """Lay the tables, or the list, out for people."""
    if "experiments" in answer:
        listed = [f"  {name:20} {summary}" for name, summary in answer["experiments"].items()]
        return "\n".join(["Experiments; see python -m ml experiment NAME --help", *listed])
    if "networks" in answer:
        from ml.experiments.image_classifiers import classifier_table  # noqa: PLC0415 - torch

        remark = "Trained and measured on phantoms: how networks rank here says nothing about patients."
        return "\n\n".join([as_plain(classifier_table(answer)), remark])
    remark = "Phantoms and rules are both ours: this shows the mechanism, not clinical performance."
    return "\n\n".join([*(as_plain(table) for table in tables_of(answer)), remark])


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()
