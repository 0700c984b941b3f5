"""`python -m ml experiment`: run an experiment on phantoms, or list the experiments there are."""

import argparse
import csv
import io
import json
from collections.abc import Mapping, Sequence
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


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Run the experiment; without a name, list all."""
    if options.experiment is None:
        return {"experiments": EXPERIMENTS}
    if options.out is not None:
        make_folder(options.out)
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
    remark = "Phantoms and rules are both ours: this shows the mechanism, not clinical performance."
    return "\n\n".join([*(as_plain(table) for table in tables_of(answer)), remark])


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()
