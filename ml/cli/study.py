"""`python -m ml study`: estimates of readers' errors, tried on readers whose errors are known."""

import argparse
from typing import Any

from ml.cli.command import BadArgumentsError, Progress
from ml.study.simulated_campaign import covered_rates, phantom_scene, read_by_plan
from ml.study.simulated_reader import SEVEN_READERS

LARGEST_COUNT = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("action", choices=["simulate"], help="seven simulated readers read phantoms")
    parser.add_argument("--exams", type=int, default=200, help="exams of one small image; 200 by default")
    parser.add_argument("--read-by", type=int, default=7, help="readers of each exam, 3 to 7; 7 by default")
    parser.add_argument("--seed", type=int, default=0, help="of the first phantom, plan and readings")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Estimate every reader's rates from her readings alone, and say which intervals hold the truth."""
    if not 2 <= options.exams <= LARGEST_COUNT or options.seed < 0:
        raise BadArgumentsError(f"--exams must be 2 to {LARGEST_COUNT}, and --seed 0 or more.")
    if not 3 <= options.read_by <= len(SEVEN_READERS):
        raise BadArgumentsError(
            f"--read-by must be 3 to {len(SEVEN_READERS)}: of two readers nobody can tell who errs."
        )
    progress, scenes = Progress("phantoms"), []
    for number in range(options.exams):
        scenes.append(phantom_scene(options.seed + number))
        progress(number + 1, options.exams)
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
    return {
        "exams": options.exams,
        "read_by": options.read_by,
        "seed": options.seed,
        "level": 0.95,
        "covered": sum(rate.is_covered for rate in rates),
        "rates": rows,
    }


def as_text(answer: dict[str, Any]) -> str:
    """Lay truth, estimate and interval out as a table."""
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


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"
