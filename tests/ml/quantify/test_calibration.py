from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ml.errors import CalibrationRefusedError
from ml.masks import empty, from_dense
from ml.physics import beam_of
from ml.quantify import BeamKey, Calibration, Step, calcium_mg, fit_calibration, quantify
from tests.factories.calcified_scene import ACQUISITION, COLUMNS, ROWS, draw_scene

DAY = date(2026, 3, 14)
THICKNESSES_MM = (0.05, 0.1, 0.2, 0.4)
# The insert of a phantom attenuates this much more than the table says.
SITE = 1.25


def draw_wedge(*, acquisition=ACQUISITION, response=SITE, noise=0.0):
    """Expose four inserts of 5 x 4 mm on a uniform slab beside air."""
    beam = beam_of(acquisition)
    attenuation = np.full((ROWS, COLUMNS), 2.0)
    attenuation[:, 400:] = 0
    steps = []
    for number, thickness_mm in enumerate(THICKNESSES_MM):
        dense = np.zeros((ROWS, COLUMNS), dtype=bool)
        dense[100 + 130 * number : 150 + 130 * number, 150:190] = True
        attenuation[dense] += (
            response * thickness_mm * beam.mu_calc_per_mm / (1 + beam.scatter_to_primary_ratio)
        )
        steps.append(Step(mask=from_dense(dense), calcium_mg=calcium_mg(thickness_mm, 20.0)))
    exposure = 12000 * np.exp(-attenuation)
    exposure *= 1 + noise * np.random.default_rng(4).standard_normal(exposure.shape)
    return steps, np.rint(exposure).astype(np.uint16)


def fit(steps, pixels, acquisition=ACQUISITION):
    return fit_calibration(steps, pixels, acquisition, name="wedge", fitted_on=DAY)


def refused(*arguments):
    with pytest.raises(CalibrationRefusedError) as refusal:
        fit(*arguments)
    return refusal.value.code


def test_factor_of_the_site_is_found():
    steps, pixels = draw_wedge(noise=0.02)
    beam = beam_of(ACQUISITION)
    table = calcium_mg(1 / beam.mu_calc_per_mm, 1.0) * (1 + beam.scatter_to_primary_ratio)

    calibration = fit(steps, pixels)

    low, high = calibration.interval_mg_per_neper_mm2
    assert calibration.factor_mg_per_neper_mm2 == pytest.approx(table / SITE, rel=0.02)
    assert 0.999 * low < table / SITE < 1.001 * high
    assert 0 < high - low < 0.05 * low
    assert calibration.calcium_mg == tuple(step.calcium_mg for step in steps)
    assert calibration.residuals_mg == pytest.approx(
        calibration.factor_mg_per_neper_mm2 * np.array(calibration.excess_neper_mm2) - calibration.calcium_mg
    )
    assert (calibration.key, calibration.fitted_on) == (BeamKey.of(ACQUISITION), DAY)


def test_order_of_the_steps_does_not_matter():
    steps, pixels = draw_wedge()

    assert fit(steps[::-1], pixels) == fit(steps, pixels)


def test_calibrated_mass_takes_factor_and_interval_of_the_phantom():
    steps, pixels = draw_wedge(noise=0.02)
    calibration = fit(steps, pixels)
    scene = draw_scene(thickness_mm=0.3 * SITE, noise=0.02)

    measured = quantify(scene.pixels, ACQUISITION, mask=scene.mask, calibrations=[calibration])

    assert measured.mass_mg == pytest.approx(scene.calcium_mg / SITE, rel=0.03)
    assert (measured.calibration, measured.calibration_reason) == ("phantom", "wedge")
    assert set(measured.mass_terms_mg) == {"noise", "background", "mask_edge", "calibration"}
    assert measured.mass_terms_mg["calibration"] == pytest.approx(measured.mass_mg * calibration.relative_sd)


def test_latest_calibration_that_fits_is_used():
    scene = draw_scene()
    first = fit(*draw_wedge())
    later = replace(first, name="later", fitted_on=date(2026, 5, 1))
    other = replace(first, name="other", fitted_on=date(2026, 6, 1), key=replace(first.key, kvp=28.0))

    measured = quantify(scene.pixels, ACQUISITION, mask=scene.mask, calibrations=[other, later, first])

    assert measured.calibration_reason == "later"


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        ({}, True),
        ({"kvp": 34.4}, True),
        ({"kvp": 35.0}, False),
        ({"kvp": None}, False),
        ({"body_part_thickness_mm": 54.0}, True),
        ({"body_part_thickness_mm": 56.0}, False),
        ({"grid": "NONE"}, False),
        ({"anode": "rhodium"}, True),
        ({"filter_material": "RHODIUM"}, False),
        ({"manufacturer": "ANOTHER"}, False),
    ],
)
def test_a_factor_holds_for_its_own_beam_only(facts, fits):
    key = BeamKey.of(ACQUISITION)

    assert key.fits(BeamKey.of(replace(ACQUISITION, **facts))) is fits


def test_exact_steps_have_next_to_no_interval():
    calibration = fit(*draw_wedge())

    assert isinstance(calibration, Calibration)
    assert calibration.relative_sd < 0.01


def test_too_few_steps_are_refused():
    steps, pixels = draw_wedge()

    assert refused(steps[:2], pixels) == "too_few_steps"
    assert refused([*steps[:2], steps[1]], pixels) == "too_few_steps"
    assert refused([], pixels) == "too_few_steps"


def test_steps_in_wrong_order_are_refused():
    steps, pixels = draw_wedge()
    mixed = [
        replace(step, calcium_mg=other.calcium_mg) for step, other in zip(steps, steps[::-1], strict=True)
    ]

    assert refused(mixed, pixels) == "steps_not_monotone"


@pytest.mark.parametrize("mass_mg", [0.0, -1.0, float("nan"), float("inf")])
def test_mass_that_is_none_is_refused(mass_mg):
    steps, pixels = draw_wedge()

    assert refused([replace(steps[0], calcium_mg=mass_mg), *steps[1:]], pixels) == "step_mass_invalid"


def test_overlapping_steps_are_refused():
    steps, pixels = draw_wedge()

    assert refused([*steps, replace(steps[0], calcium_mg=99.0)], pixels) == "steps_overlap"


def test_saturated_and_empty_steps_are_refused():
    steps, pixels = draw_wedge()
    clipped = pixels.copy()
    clipped[490:540, 150:190] = 0

    assert refused(steps, clipped) == "step_not_measurable"
    assert (
        refused([replace(steps[0], mask=empty(ROWS, COLUMNS)), *steps[1:]], pixels) == "step_not_measurable"
    )


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"presentation_intent": "FOR PRESENTATION"}, "not_raw"),
        ({"is_lossy": True}, "not_raw"),
        ({"pixel_spacing_mm": None}, "pixel_spacing_missing"),
    ],
)
def test_image_that_cannot_be_weighed_is_refused(facts, code):
    steps, pixels = draw_wedge()

    assert refused(steps, pixels, replace(ACQUISITION, **facts)) == code


def test_steps_of_another_image_are_refused():
    steps, pixels = draw_wedge()

    assert refused(steps, pixels[:-1]) == "steps_of_another_image"
