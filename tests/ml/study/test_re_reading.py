from functools import reduce

import pytest

from ml.masks import capsule, empty, union
from ml.study.re_reading import (
    ReviewedImage,
    compare_reviewed,
    compare_reviewed_spots,
    total_reviews,
    totals_by_reader,
)

NOTHING = empty(200, 300)
UPPER = capsule(200, 300, (40, 30), (40, 230), 8.0)
LOWER = capsule(200, 300, (150, 30), (150, 130), 8.0)
SPACING = (0.1, 0.1)


@pytest.mark.parametrize(
    ("before", "after", "outcome", "counts"),
    [
        (NOTHING, NOTHING, "unchanged", (0, 0, 0)),
        (UPPER, UPPER, "unchanged", (0, 0, 1)),
        (UPPER, capsule(200, 300, (42, 30), (42, 230), 14.0), "unchanged", (0, 0, 1)),
        (UPPER, union(UPPER, LOWER), "added", (1, 0, 1)),
        (NOTHING, UPPER, "added", (1, 0, 0)),
        (union(UPPER, LOWER), UPPER, "removed", (0, 1, 1)),
        (UPPER, NOTHING, "removed", (0, 1, 0)),
        (UPPER, LOWER, "both", (1, 1, 0)),
        (UPPER, capsule(200, 300, (40, 30), (40, 130), 8.0), "removed", (0, 1, 1)),
    ],
    ids=["empty", "same", "redrawn", "one more", "first", "one less", "none left", "other", "shortened"],
)
def test_outcomes_of_a_review(before, after, outcome, counts):
    change = compare_reviewed(before, after, pixel_spacing_mm=SPACING)

    assert change.outcome == outcome
    assert (change.n_added, change.n_removed, change.n_kept) == counts
    assert change.is_identical == (before == after)


def spots(*columns):
    return reduce(union, [capsule(200, 300, (40, column), (40, column), 4.0) for column in columns])


@pytest.mark.parametrize(
    ("before", "after", "outcome", "counts"),
    [
        (NOTHING, NOTHING, "unchanged", (0, 0, 0)),
        (spots(50), spots(50), "unchanged", (0, 0, 1)),
        (spots(50), spots(52), "unchanged", (0, 0, 1)),
        (spots(50), spots(50, 62), "added", (1, 0, 1)),
        (spots(50, 62, 74), spots(62), "removed", (0, 2, 1)),
        (spots(50), spots(62), "both", (1, 1, 0)),
    ],
    ids=["empty", "same", "redrawn", "a near one more", "two less", "a near one instead"],
)
def test_outcomes_of_a_review_of_spots(before, after, outcome, counts):
    change = compare_reviewed_spots(before, after)

    assert (change.outcome, change.n_added, change.n_removed, change.n_kept) == (outcome, *counts)
    assert change.is_identical == (before == after)
    assert (change.added, change.removed, change.kept) == (0, 0, 0)


def test_lengths_are_in_millimetres_or_in_pixels_and_say_which():
    added = compare_reviewed(UPPER, union(UPPER, LOWER), pixel_spacing_mm=SPACING)
    unknown = compare_reviewed(UPPER, union(UPPER, LOWER), pixel_spacing_mm=None)

    assert (added.unit, unknown.unit) == ("mm", "px")
    assert added.added == pytest.approx(9.6, abs=0.4)
    assert added.kept == pytest.approx(19.2, abs=0.5)
    assert unknown.added == pytest.approx(10 * added.added)


def reviewed(reader, patient, before, after, *, period="", spacing=SPACING):
    change = compare_reviewed(before, after, pixel_spacing_mm=spacing)
    return ReviewedImage(reader=reader, patient=patient, period=period, change=change)


def test_totals_count_images_and_segments_per_reader_and_period():
    images = [
        reviewed("a", "p", UPPER, UPPER, period="2026-10"),
        reviewed("a", "q", UPPER, LOWER, period="2026-10"),
        reviewed("a", "r", NOTHING, union(UPPER, LOWER), period="2026-11"),
        reviewed("b", "s", UPPER, NOTHING, spacing=None),
    ]

    whole, by_reader = total_reviews(images), totals_by_reader(images)

    assert whole.images == {"unchanged": 1, "added": 1, "removed": 1, "both": 1}
    assert whole.shares["unchanged"].value == 0.25
    assert whole.added_per_image.value == pytest.approx(3 / 4)
    assert whole.removed_per_image.value == pytest.approx(2 / 4)
    assert whole.n_without_mm == 1
    assert whole.removed_mm == pytest.approx(19.2, abs=0.5)
    assert list(by_reader) == ["a", "b"]
    assert list(by_reader["a"]) == ["", "2026-10", "2026-11"]
    assert by_reader["a"]["2026-10"].images == {"unchanged": 1, "added": 0, "removed": 0, "both": 1}
    assert list(by_reader["b"]) == [""]


def test_totals_of_nothing_are_nothing():
    totals = total_reviews([])

    assert totals.n_images == 0
    assert totals.shares["added"].value is None
