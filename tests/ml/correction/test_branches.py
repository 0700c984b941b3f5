import numpy as np
import pytest

from ml.correction.branches import centre_line, split_at_junctions
from ml.masks import area_px, capsule, empty, intersection, polyline, union

SPACING_MM = (0.1, 0.1)
SIZE = (300, 400)
ARTERY = polyline(*SIZE, [(150.0, 30.0), (150.0, 370.0)], 20.0)


def split(mask):
    return split_at_junctions(mask, centre_line(mask), pixel_spacing_mm=SPACING_MM, minimum_branch_mm=3.0)


def test_strand_across_an_artery_becomes_parts_of_its_own():
    mask = union(ARTERY, polyline(*SIZE, [(150.0, 200.0), (280.0, 240.0)], 20.0))

    parts = split(mask)

    assert len(parts) == 3
    assert min(area_px(part) for part in parts) > 2000


def test_parts_are_the_component_without_overlap():
    mask = union(ARTERY, capsule(*SIZE, (40.0, 60.0), (260.0, 330.0), 8.0))
    together = empty(*SIZE)

    for part in split(mask):
        assert area_px(intersection(part, together)) == 0
        together = union(together, part)

    assert together == mask


@pytest.mark.parametrize(
    "mask",
    [
        ARTERY,
        capsule(*SIZE, (9.0, 9.0), (9.0, 9.0), 0.8),
        union(ARTERY, capsule(*SIZE, (150.0, 365.0), (175.0, 365.0), 4.0)),
    ],
    ids=["line", "dot", "line that ends in a fork"],
)
def test_component_with_less_than_two_long_branches_stays_whole(mask):
    assert split(mask) == [mask]


def test_spur_does_not_cut_an_artery():
    stub = capsule(*SIZE, (150.0, 200.0), (168.0, 200.0), 4.0)

    assert split(union(ARTERY, stub)) == [union(ARTERY, stub)]


def test_side_branch_too_short_for_a_part_of_its_own_goes_to_its_neighbours():
    twig = capsule(*SIZE, (150.0, 200.0), (178.0, 200.0), 4.0)

    left, right = split(union(ARTERY, twig))

    assert area_px(left) == pytest.approx(area_px(right), rel=0.02)


def test_split_does_not_depend_on_where_the_component_lies():
    strand = union(ARTERY, polyline(*SIZE, [(150.0, 200.0), (280.0, 240.0)], 20.0))
    moved = union(
        polyline(400, 500, [(250.0, 80.0), (250.0, 420.0)], 20.0),
        polyline(400, 500, [(250.0, 250.0), (380.0, 290.0)], 20.0),
    )

    here = [part.runs for part in split(strand)]
    there = [part.runs - np.array([100, 50, 50]) for part in split(moved)]

    assert all(np.array_equal(a, b) for a, b in zip(here, there, strict=True))
