"""`python -m ml phantom`: digital mammograms with known calcification, as files."""

import argparse
import sys
import time
from pathlib import Path

from tqdm import tqdm

from ml.cli.command import BadArgumentsError, OutputNotWritableError
from ml.phantom import EXAM_VIEWS, FORMS, PHANTOM_VERSION, UNTIDY, Habits, make_exam
from ml.phantom.exam import COLUMNS, ROWS
from ml.phantom.exam_folder import write_exam

# How many of the views of an exam a number stands for: one, both of one breast, or all.
VIEWS_BY_NUMBER = {1: EXAM_VIEWS[:1], 2: EXAM_VIEWS[:2], 4: EXAM_VIEWS}
LARGEST_COUNT = 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--out", type=Path, required=True, help="folder to make, or an empty one")
    parser.add_argument("--count", type=int, required=True, help="number of exams")
    parser.add_argument("--seed", type=int, default=0, help="of the first exam; the next has the next")
    parser.add_argument("--form", choices=FORMS, default="presentation", help="form of the DICOM files")
    parser.add_argument("--views", type=int, choices=VIEWS_BY_NUMBER, default=4, help="images of each exam")
    parser.add_argument("--annotators", type=int, default=0, help="simulated annotators beside an expert")
    parser.add_argument("--untidy", action="store_true", help="annotators also shift and overrun")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--columns", type=int, default=COLUMNS)
    parser.add_argument("--pixel-spacing-mm", type=float, default=0.1)
    parser.add_argument("--no-grid", action="store_true", help="expose without an anti-scatter grid")


def run(options: argparse.Namespace) -> dict[str, object]:
    """Write exams, one folder each; each is there complete or not at all."""
    if not 1 <= options.count <= LARGEST_COUNT or options.seed < 0 or options.annotators < 0:
        raise BadArgumentsError(
            f"--count must be 1 to {LARGEST_COUNT}, --seed and --annotators 0 or more. "
            "See: python -m ml phantom --help"
        )
    _make_folder(options.out)
    started = time.monotonic()
    views = VIEWS_BY_NUMBER[options.views]
    for seed in tqdm(range(options.seed, options.seed + options.count), unit="exam", file=sys.stderr):
        phantoms = make_exam(
            seed,
            views=views,
            rows=options.rows,
            columns=options.columns,
            pixel_spacing_mm=options.pixel_spacing_mm,
            has_grid=not options.no_grid,
        )
        folder = options.out / f"exam-{seed:06d}"
        try:
            write_exam(
                folder,
                phantoms,
                form=options.form,
                annotators=options.annotators,
                habits=UNTIDY if options.untidy else Habits(),
            )
        except OSError as error:
            raise OutputNotWritableError(f"{folder} cannot be written: {error.strerror}.") from None
    return {
        "out": str(options.out),
        "exams": options.count,
        "images": options.count * len(views),
        "form": options.form,
        "first_seed": options.seed,
        "phantom_version": PHANTOM_VERSION,
        "seconds": round(time.monotonic() - started, 3),
    }


def _make_folder(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputNotWritableError(
            f"{folder} is there and not an empty folder; nothing was written. Name a new folder, or empty it."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputNotWritableError(f"{folder} cannot be made: {error.strerror}.") from None
