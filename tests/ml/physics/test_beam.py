import pytest

from ml.physics import beam_of
from ml.types import Acquisition

MOLYBDENUM = {"anode": "MOLYBDENUM", "filter_material": "MOLYBDENUM", "kvp": 26.0, "grid": "FOCUSED"}


@pytest.mark.parametrize(
    ("thickness_mm", "expected"),
    [(30, 2.667), (50, 2.427), (60, 2.3275), (70, 2.228), (90, 2.228), (10, 2.667)],
)
def test_attenuation_is_interpolated_in_thickness(thickness_mm, expected):
    beam = beam_of(Acquisition(**MOLYBDENUM, body_part_thickness_mm=thickness_mm))

    assert beam.mu_calc_per_mm == pytest.approx(expected)
    assert beam.flags == ()


def test_attenuation_falls_by_four_percent_per_kilovolt():
    acquisition = Acquisition(**{**MOLYBDENUM, "kvp": 28.0}, body_part_thickness_mm=50)

    assert beam_of(acquisition).mu_calc_per_mm == pytest.approx(2.427 * 0.92)


def test_spelling_of_the_filter_does_not_matter():
    beams = [
        beam_of(
            Acquisition(
                anode="Tungsten", filter_material=name, kvp=32, body_part_thickness_mm=50, grid="NONE"
            )
        )
        for name in ("ALUMINUM", "Aluminium")
    ]

    assert beams[0] == beams[1]
    assert beams[0].mu_calc_per_mm == pytest.approx(1.179)


def test_unknown_exposure_uses_stated_defaults_and_says_so():
    beam = beam_of(Acquisition())

    assert beam.mu_calc_per_mm == 1.8
    assert beam.scatter_to_primary_ratio == pytest.approx(0.1)
    assert beam.flags == ("body_part_thickness_unknown", "beam_unknown", "grid_unknown")


@pytest.mark.parametrize(("grid", "expected"), [("NONE", 0.5), ("RECIPROCATING\\FOCUSED", 0.1)])
def test_grid_takes_most_of_the_scatter(grid, expected):
    beam = beam_of(Acquisition(body_part_thickness_mm=50, grid=grid))

    assert beam.scatter_to_primary_ratio == pytest.approx(expected)
