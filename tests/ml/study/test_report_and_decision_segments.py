"""Segments of the report (`line_votes`) and of decisions (`segment_votes`): where they are the same."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from ml.masks import capsule, skeleton
from ml.metrics.consensus import union_of
from ml.study.line_votes import line_votes
from ml.study.segment_votes import segment_votes
from ml.study.simulated_reader import BAC, SEVEN_READERS, Scene, read_scene

SPACING = (0.1, 0.1)


def vessels_apart(seed):
    """Eight straight vessels, 6 mm from each other: strokes of two of them never meet."""
    random = np.random.default_rng(seed)
    lines = [
        np.column_stack([np.full(60, 30.0 + 60 * number), np.linspace(30, 100 + random.uniform(0, 150), 60)])
        for number in range(8)
    ]
    return Scene(500, 300, 0.1, tuple((BAC, (line,)) for line in lines[:5]), tuple(lines[5:]))


def both(readings, spacing=SPACING):
    """Return votes and length of each segment, of the report and of decisions."""
    lines = [skeleton(reading) for reading in readings]
    of_report = [(one.votes, one.length_px) for one in line_votes(readings, lines, pixel_spacing_mm=spacing)]
    to_decide = [
        (tuple(number in one.marked_by for number in range(len(readings))), one.length_px)
        for one in segment_votes(readings, pixel_spacing_mm=spacing).segments
    ]
    return of_report, to_decide


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("spacing", [SPACING, None], ids=["mm", "px"])
def test_strokes_over_each_other_are_the_same_segments_of_the_same_readers(seed, spacing):
    scene = vessels_apart(seed)
    readings = [
        read_scene(scene, replace(reader, jitter_mm=0.05), seed=100 * seed + number)[BAC]
        for number, reader in enumerate(SEVEN_READERS[:4])
    ]

    of_report, to_decide = both(readings, spacing)

    assert Counter(votes for votes, _ in of_report) == Counter(votes for votes, _ in to_decide)
    lengths = [sum(length for _, length in found) for found in (of_report, to_decide)]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.03)


def straight(row, first, last, radius=5.0):
    return capsule(80, 400, (row, first), (row, last), radius)


def test_where_one_reader_goes_on_both_cut_there_within_the_tolerance():
    of_report, to_decide = both([straight(30.0, 20.0, 200.0), straight(30.0, 20.0, 380.0)])

    # In the report a reader reaches 1.05 mm, 10 px here, past the end of her line.
    assert dict(of_report) == pytest.approx(dict(to_decide), abs=10.5)


BOTH, FIRST, SECOND = (True, True), (True, False), (False, True)


@pytest.mark.parametrize(
    ("one", "other", "of_report"),
    [
        ([(30.0, 20.0, 180.0, 5.0), (30.0, 192.0, 380.0, 5.0)],) * 2 + ([BOTH, BOTH],),
        ([(30.0, 20.0, 380.0, 2.0)], [(36.0, 20.0, 380.0, 2.0)], [BOTH, BOTH]),
        ([(30.0, 20.0, 380.0, 5.0)], [(44.0, 20.0, 380.0, 5.0)], [FIRST, SECOND]),
    ],
    ids=["a gap in both strokes", "lines within 1.05 mm", "lines farther apart, edges within 1.05 mm"],
)
def test_what_does_not_touch_is_one_thing_to_decide_and_counts_apart_in_the_report(one, other, of_report):
    readings = [union_of([straight(*stroke) for stroke in strokes]) for strokes in (one, other)]

    found_of_report, to_decide = both(readings)

    assert [votes for votes, _ in found_of_report] == of_report
    assert [votes for votes, _ in to_decide] == [BOTH]
