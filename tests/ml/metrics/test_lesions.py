import pytest

from ml.masks import Runs
from ml.metrics import compare_masks

SPACING_MM = (0.1, 0.1)
FAR = 60  # rows between lines that have nothing to do with each other


def lines(*runs):
    return Runs.checked(200, 140, runs)


def compared(reference, candidate, **choices):
    return compare_masks(reference, candidate, pixel_spacing_mm=SPACING_MM, **choices)


def test_found_and_false_segments_are_counted():
    reference = lines([20, 10, 60], [20 + FAR, 10, 60])
    candidate = lines([22, 10, 60], [20 + 2 * FAR, 10, 60], [20 + 2 * FAR + 30, 10, 60])

    found = compared(reference, candidate)

    assert (found.segments_reference, found.segments_found) == (2, 1)
    assert (found.segments_candidate, found.segments_false) == (3, 2)
    assert (found.detection_recall, found.detection_precision) == (1 / 2, pytest.approx(1 / 3))
    assert found.detection_f1 == pytest.approx(0.4)


# The reference has 100 px; the zone reaches 10 px beyond the candidate's 40 or 39 px.
@pytest.mark.parametrize(("end", "is_found"), [(50, True), (49, False)])
def test_segment_is_found_from_half_of_its_centre_line_on(end, is_found):
    found = compared(lines([20, 10, 110]), lines([20, 10, end]))

    assert found.length_recall == (end - 10 + 10) / 100
    assert found.segments_found == is_found
    assert found.segments_false == 0, "all of the candidate lies on the reference"


@pytest.mark.parametrize(("end", "is_false"), [(90, False), (91, True)])
def test_segment_is_false_below_half_of_its_centre_line(end, is_false):
    # Of the candidate's 80 or 81 px, the 40 px before column 50 lie near the reference, which ends at 39.
    found = compared(lines([20, 10, 40]), lines([20, 10, end]))

    assert found.length_precision == 40 / (end - 10)
    assert found.segments_false == is_false


def test_pieces_that_touch_at_a_corner_are_one_segment():
    found = compared(lines([20, 10, 30], [21, 30, 50], [24, 10, 30]), lines())

    assert (found.segments_reference, found.segments_found, found.detection_recall) == (2, 0, 0)


def test_one_long_candidate_finds_several_segments():
    found = compared(lines([20, 10, 30], [20, 34, 54], [20, 58, 78]), lines([20, 10, 78]))

    assert (found.segments_found, found.segments_false, found.detection_f1) == (3, 0, 1)


def test_empty_masks():
    both, missed, invented = (
        compared(*pair)
        for pair in ((lines(), lines()), (lines([9, 1, 50]), lines()), (lines(), lines([9, 1, 50])))
    )

    assert (both.detection_f1, both.undefined["detection_f1"]) == (None, "both_empty")
    assert (missed.detection_recall, missed.detection_precision, missed.segments_false) == (0, 0, 0)
    assert (invented.detection_recall, invented.detection_precision, invented.segments_false) == (0, 0, 1)


def test_merged_walls_are_one_segment():
    found = compared(lines([20, 10, 110]), lines([15, 10, 110], [25, 10, 110]), merge_tracks=True)

    assert (found.segments_candidate, found.segments_found, found.segments_false) == (1, 1, 0)
