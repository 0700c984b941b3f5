import numpy as np
import pytest

from ml.phantom.breast_size import BreastSize
from ml.phantom.disease import Disease, later_disease, random_disease
from ml.phantom.vessels import plaque_of, random_vessels


@pytest.fixture(scope="module")
def vessels():
    return random_vessels(BreastSize(depth_mm=90, radius_mm=95), np.random.default_rng(4), trees=5)


def plaques_of(vessels, disease):
    return [plaque_of(vessel, severity=disease.severity, extent=disease.extent) for vessel in vessels]


def visible_mm(vessels, disease):
    pairs = zip(vessels, plaques_of(vessels, disease), strict=True)
    return sum(plaque.visible_mm(vessel) for vessel, plaque in pairs)


def test_disease_of_both_breasts_correlates():
    severities = np.array([[random_disease(seed, side).severity for side in (0, 1)] for seed in range(1500)])

    unclipped = (severities < 1).all(axis=1)
    assert np.corrcoef(np.log(severities[unclipped]).T)[0, 1] == pytest.approx(0.9, abs=0.03)
    assert np.median(severities) == pytest.approx(0.30, rel=0.05)
    assert severities.max() <= 1


@pytest.mark.parametrize("growth_mm_per_year", [3.9, 8.1, 20.0])
def test_calcified_length_grows_as_told(vessels, growth_mm_per_year):
    begun = Disease(severity=0.4, extent=-0.5)

    later = later_disease(begun, vessels, 3.0, growth_mm_per_year)

    grown_mm = visible_mm(vessels, later) - visible_mm(vessels, begun)
    assert grown_mm == pytest.approx(3 * growth_mm_per_year, abs=1)


def test_mineral_never_goes_away(vessels):
    begun = Disease(severity=0.4, extent=0.2)

    for growth_mm_per_year in (0.0, 8.1, 1000.0):
        later = later_disease(begun, vessels, 2.0, growth_mm_per_year)
        for before, after in zip(plaques_of(vessels, begun), plaques_of(vessels, later), strict=True):
            assert (after.share >= before.share).all()
            assert (after.shows | ~before.shows).all()


def test_every_breast_has_vessels_that_never_calcify(vessels):
    spared = [vessel for vessel in vessels if vessel.severity_factor == 0]

    assert spared
    for plaque in plaques_of(spared, Disease(severity=1.0, extent=3.0)):
        assert not plaque.share.any()
