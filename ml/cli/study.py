"""`python -m ml study`: estimates of readers' errors, tried on readers whose errors are known."""

import argparse
from dataclasses import asdict
from typing import Any

from ml.cli.command import BadArgumentsError, Progress
from ml.study.simulated_campaign import covered_rates, phantom_scene, read_by_plan
from ml.study.simulated_coverage import rate_coverage, things_on
from ml.study.simulated_reader import SEVEN_READERS, Scene

LARGEST_COUNT = 10_000
MARKS = {"as-drawn": False, "one-each": True}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "action",
        choices=["simulate", "coverage"],
        help="simulate: seven simulated readers read phantoms; coverage: many such campaigns, in segments",
    )
    parser.add_argument("--exams", type=int, default=200, help="exams of one small image; 200 by default")
    parser.add_argument("--read-by", type=int, default=7, help="readers of each exam, 3 to 7; 7 by default")
    parser.add_argument("--seed", type=int, default=0, help="of the first phantom, plan and readings")
    parser.add_argument("--campaigns", type=int, default=100, help="of coverage; 100 by default")
    parser.add_argument("--phantoms", type=int, default=100, help="to draw exams of coverage from")
    parser.add_argument(
        "--marks",
        choices=list(MARKS),
        default="as-drawn",
        help="of coverage: segments of a thing as its strokes make them, or one for each thing",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Estimate every reader's rates from her readings alone, and say which intervals hold the truth."""
    counts = options.exams, options.campaigns, options.phantoms
    if not all(2 <= count <= LARGEST_COUNT for count in counts) or options.seed < 0:
        raise BadArgumentsError(
            f"--exams, --campaigns and --phantoms must be 2 to {LARGEST_COUNT}, and --seed 0 or more."
        )
    if not 3 <= options.read_by <= len(SEVEN_READERS):
        raise BadArgumentsError(
            f"--read-by must be 3 to {len(SEVEN_READERS)}: of two readers nobody can tell who errs."
        )
    asked = {"exams": options.exams, "read_by": options.read_by, "seed": options.seed, "level": 0.95}
    return asked | (_simulated(options) if options.action == "simulate" else _coverage(options))


def _simulated(options: argparse.Namespace) -> dict[str, Any]:
    scenes = _scenes(options.exams, options.seed)
    images = read_by_plan(scenes, SEVEN_READERS, read_by=options.read_by, seed=options.seed)
    rates = covered_rates(images, SEVEN_READERS, seed=options.seed)
    rows = [
        {
            "reader": rate.reader,
            "rate": rate.rate,
            "truth": rate.truth,
            "estimate": None if rate.estimate is None else rate.estimate.value,
            "interval": None if rate.estimate is None else rate.estimate.interval,
            "is_covered": rate.is_covered,
        }
        for rate in rates
    ]
    return {"covered": sum(rate.is_covered for rate in rates), "rates": rows}


def _coverage(options: argparse.Namespace) -> dict[str, Any]:
    scenes = _scenes(options.phantoms, options.seed)
    progress = Progress("campaigns")
    found = rate_coverage(
        [things_on(scene, is_one_each=MARKS[options.marks]) for scene in scenes],
        SEVEN_READERS,
        campaigns=options.campaigns,
        exams=options.exams,
        read_by=options.read_by,
        seed=options.seed,
        said=lambda done: progress(done, options.campaigns),
    )
    asked = {"campaigns": options.campaigns, "phantoms": options.phantoms, "marks": options.marks}
    return asked | {"coverage": [asdict(rate) for rate in found]}


def _scenes(count: int, seed: int) -> list[Scene]:
    progress, scenes = Progress("phantoms"), []
    for number in range(count):
        scenes.append(phantom_scene(seed + number))
        progress(number + 1, count)
    return scenes


def as_text(answer: dict[str, Any]) -> str:
    """Lay truth, estimate and interval out as a table, or how often intervals hold."""
    return _coverage_text(answer) if "coverage" in answer else _simulated_text(answer)


def _simulated_text(answer: dict[str, Any]) -> str:
    head = f"{'reader':10} {'rate':18} {'truth':>6} {'estimate':>9}  {'95 % interval':16} covered"
    rows = [
        f"{row['reader']:10} {row['rate']:18} {row['truth']:6.3f} {_number(row['estimate']):>9}  "
        f"{_interval(row['interval']):16} {'yes' if row['is_covered'] else 'no'}"
        for row in answer["rates"]
    ]
    return "\n".join(
        [
            f"{answer['exams']} exams, each read by {answer['read_by']} of 7 simulated readers.",
            "Nothing but the readings was used for the estimates.",
            "",
            head,
            *rows,
            "",
            f"{answer['covered']} of {len(rows)} intervals hold the truth; 95 in 100 are meant to.",
        ]
    )


def _coverage_text(answer: dict[str, Any]) -> str:
    head = f"{'rate':18} {'intervals':>9} {'hold the truth':>15} {'Monte-Carlo error':>18} {'bias':>8}"
    rows = [
        f"{row['rate']:18} {row['intervals']:9} {100 * row['share']:13.1f} % "
        f"{100 * row['monte_carlo_error']:16.1f} % {_number(row['bias']):>8}"
        for row in answer["coverage"]
    ]
    drawn_from = f"{answer['exams']} exams out of {answer['phantoms']} phantoms"
    segments = {"as-drawn": "as its strokes make them", "one-each": "one"}[answer["marks"]]
    return "\n".join(
        [
            f"{answer['campaigns']} campaigns, each of {drawn_from}.",
            f"Each exam is read by {answer['read_by']} of 7 simulated readers.",
            f"Segments of a thing to mark: {segments}.",
            "",
            head,
            *rows,
            "",
            "95 in 100 are meant to hold the truth.",
        ]
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"
