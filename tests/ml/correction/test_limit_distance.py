"""Distance from the limit, against the verdicts that the rules themselves give."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.correction.decide import decide
from ml.correction.limit_distance import limit_distance
from ml.correction.measure import Measures
from ml.correction.parameters import DEFAULT_PARAMETERS

LIMITS = asdict(DEFAULT_PARAMETERS)


def measured(**changes):
    whole = {
        "area_px": 400,
        "area_mm2": 4.0,
        "skeleton_px": 80,
        "length_mm": 8.0,
        "length_endcap_mm": 9.0,
        "max_width_mm": 2.0,
        "outside_breast_share": 0.0,
        "near_skin_share": 0.0,
        "saturated_share": 0.0,
        "contact_share": 1.0,
        "periphery_share": 0.0,
        "is_measured": True,
        "has_surroundings": True,
        "contrast_z": 9.0,
        "thickness_um": 100.0,
        "excess_um": 100.0,
        "hidden_um": 0.0,
    }
    return Measures(**{**whole, **changes})


def distance(measures, *, is_physical=True):
    verdict = decide(measures, DEFAULT_PARAMETERS, is_physical=is_physical)
    near = limit_distance(verdict.reason, asdict(measures), LIMITS, is_physical=is_physical)
    return verdict.decision, near


@given(
    length_mm=st.floats(0, 6), excess_um=st.floats(0, 60), contrast=st.floats(0, 4), physical=st.booleans()
)
def test_borderline_lies_within_one_band_and_removal_outside(length_mm, excess_um, contrast, physical):
    measures = measured(length_mm=length_mm, excess_um=excess_um, contrast_z=contrast)

    decision, near = distance(measures, is_physical=physical)

    if decision == "borderline":
        assert near <= 1 + 1e-9
    if decision == "remove":
        assert near > 1 - 1e-9


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"length_mm": 3.0}, 0.0),
        ({"length_mm": 3.25}, 0.5),
        ({"length_mm": 2.75}, 0.5),
        ({"excess_um": 22.0}, 0.5),
        ({"has_surroundings": False, "excess_um": None}, 0.0),
    ],
    ids=["at the limit", "above", "below", "thickness", "nothing around it"],
)
def test_distance_counts_in_bands(changes, expected):
    assert distance(measured(**changes))[1] == pytest.approx(expected)


def test_rules_without_a_band_are_far_away():
    assert distance(measured(area_px=1))[1] == float("inf")
    assert distance(measured(outside_breast_share=0.9))[1] == float("inf")


def test_band_of_no_width_is_near_only_at_the_limit():
    limits = LIMITS | {"borderline_length_mm": 0.0}

    assert limit_distance("too_short", {"length_mm": 3.0}, limits, is_physical=True) == 0
    assert limit_distance("too_short", {"length_mm": 3.1}, limits, is_physical=True) == float("inf")
