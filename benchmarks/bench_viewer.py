"""The reading page against Cornerstone3D: main-thread CPU of a real browser under the same mouse events."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.race import Figure, Race
from benchmarks.viewer import figures as measured
from benchmarks.viewer.cornerstone_side import VERSION
from benchmarks.viewer.stage import SHAPE, Side, stage
from benchmarks.viewer.trace import Work

SIZE = f"{SHAPE[0]}x{SHAPE[1]}"
THEIRS = f"Cornerstone3D {VERSION}"
RACING_BRUSH_PX = 44
STROKES_ALIKE = 0.02  # of the pixels of a stroke: they join discs, we draw what the disc sweeps over


@dataclass(frozen=True)
class Stroke:
    work: Work
    labelled_px: int
    disc_px: int


def races() -> Iterator[Race]:
    yield Race(
        name=f"viewer: brush move at 1:1 / {THEIRS}, {SIZE}",
        ours=lambda: _stroke(stage().ours),
        theirs=lambda: _stroke(stage().theirs),
        check=_assert_same_labels,
        cost_ms=lambda stroke: stroke.work.mean_ms,
        goal=4,
    )
    yield Race(
        name=f"viewer: window move at 1:1 / {THEIRS}, {SIZE}",
        ours=lambda: _turn_window(stage().ours),
        theirs=lambda: _turn_window(stage().theirs),
        check=_assert_same_greys,
        cost_ms=lambda turn: turn[0].mean_ms,
        goal=10,
    )


def figures() -> Iterator[Figure]:
    entries = (
        ("brush move of 64 px, 95th percentile", measured.brush_move_p95_ms, 16, "ms"),
        ("undo to the next frame, on the clock", measured.undo_to_next_frame_ms, 50, "ms"),
        ("first image of the next exam, on the clock", measured.first_image_ms, 1000, "ms"),
        ("first image in a new browser, on the clock", measured.first_image_in_new_browser_ms, 2000, "ms"),
        ("bytes on the wire of raw, phantoms", measured.wire_share_of_phantoms, 30, "%"),
        ("bytes on the wire of raw, real images", measured.wire_share_of_real_images, 30, "%"),
        ("memory of one image", measured.memory_of_one_image_mb, 120, "MB"),
        ("memory of four views", measured.memory_of_four_views_mb, 500, "MB"),
    )
    for name, measure, limit, unit in entries:
        yield Figure(name=f"viewer: {name}, {SIZE}", measure=measure, limit=limit, unit=unit)


def _stroke(side: Side) -> Stroke:
    """Draw a disc and a stroke, count, and undo both."""
    both = stage()
    both.look_one_to_one()
    both.set_brush(RACING_BRUSH_PX)
    both.press(side)
    disc_px = side.labelled_px()
    side.undo()
    work = both.drag(side)
    labelled_px = side.labelled_px()
    side.undo()
    side.settle()
    assert side.labelled_px() == 0, "undo took everything back"
    return Stroke(work, labelled_px, disc_px)


def _assert_same_labels(ours: Stroke, theirs: Stroke) -> None:
    assert ours.disc_px == theirs.disc_px > 0, f"discs of {ours.disc_px} and {theirs.disc_px} px"
    assert abs(ours.labelled_px - theirs.labelled_px) <= STROKES_ALIKE * theirs.labelled_px


def _turn_window(side: Side):
    """Photograph the image through the window that both share, then drag the window tool over it."""
    both = stage()
    both.look_one_to_one()
    side.page.bring_to_front()
    greys = side.greys(both.ours.canvas)
    side.choose("window")
    return both.drag(side), greys


def _assert_same_greys(ours, theirs) -> None:
    assert np.abs(ours[1] - theirs[1]).max() <= 1, "the same window shows the same greys"
    assert ours[1].std() > 5, "there is something to see"
