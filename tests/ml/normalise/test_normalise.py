import json
from dataclasses import replace

import numpy as np
import pytest

from ml.breast import PECTORAL, find_regions
from ml.errors import MaskShapeMismatchError, NormalisationRefusedError
from ml.normalise import METHODS, normalise
from ml.phantom import make_exam
from ml.types import Acquisition

GAMMAS = ("simple_gamma", "auto_gamma")


@pytest.fixture(scope="module")
def phantom():
    return make_exam(5, views=("LMLO",), rows=900, columns=720, pixel_spacing_mm=0.3)[0]


@pytest.fixture(scope="module")
def regions(phantom):
    return find_regions(phantom.raw, phantom.acquisition)


def tissue(regions):
    return (regions.labels > 0) & (regions.labels != PECTORAL)


@pytest.mark.parametrize("method", METHODS)
def test_breast_has_mean_0_and_standard_deviation_1(phantom, regions, method):
    normalised = normalise(phantom.raw, phantom.acquisition, method=method)

    breast = normalised.values[tissue(regions)]
    assert normalised.values.dtype == np.float32
    assert normalised.values.shape == phantom.raw.shape
    assert breast.mean(dtype=np.float64) == pytest.approx(0, abs=1e-4)
    assert breast.std(dtype=np.float64) == pytest.approx(1, abs=1e-4)
    assert np.all(normalised.values[regions.labels == 0] == breast.min())
    assert np.isfinite(normalised.values).all()
    assert json.loads(json.dumps(normalised.record, allow_nan=False))["method"] == method


@pytest.mark.parametrize("method", METHODS)
def test_record_gives_the_scale_back(phantom, regions, method):
    normalised = normalise(phantom.raw, phantom.acquisition, method=method)
    record = normalised.record

    restored = normalised.values.astype(np.float64) * record["standard_deviation"] + record["mean"]

    breast = tissue(regions)
    if method == "raw":
        assert np.allclose(restored[breast], 2.0**16 - 1 - phantom.raw[breast], rtol=1e-3)
    if method in GAMMAS:
        assert restored[breast].min() >= -1e-6
        assert restored[breast].max() <= 1 + 1e-6
    if method == "auto_gamma":
        assert restored[breast].mean() == pytest.approx(0.5, abs=1e-4)


def test_simple_gamma_is_the_square_root_of_the_stretched_logarithm(phantom, regions):
    breast = tissue(regions)
    exposure = np.maximum(2.0**16 - 1 - phantom.raw, 1)
    logarithm = np.log(exposure + 1)
    low, high = logarithm[breast].min(), logarithm[breast].max()
    expected = np.sqrt(np.clip(1 - (logarithm - low) / (high - low), 0, 1))
    expected = (expected - expected[breast].mean()) / expected[breast].std()

    normalised = normalise(phantom.raw, phantom.acquisition, method="simple_gamma")

    assert np.allclose(normalised.values[breast], expected[breast], atol=1e-3)
    assert normalised.record["low"] == pytest.approx(low)
    assert normalised.record["high"] == pytest.approx(high)


@pytest.mark.parametrize("method", GAMMAS)
def test_calcium_becomes_bright_unless_it_is_left_dark(phantom, method):
    calcium = phantom.bac_thickness_mm > 0.2
    beside = phantom.breast & (phantom.bac_thickness_mm == 0)
    contrasts = []
    for invert in (True, False):
        values = normalise(phantom.raw, phantom.acquisition, method=method, invert=invert).values
        contrasts.append(np.median(values[calcium]) - np.median(values[beside]))

    assert calcium.any()
    assert contrasts[0] > 0 > contrasts[1]


def test_literal_mode_takes_the_logarithm_of_stored_values(phantom, regions):
    breast = tissue(regions)
    logarithm = np.log(phantom.raw[breast] + 1.0)
    expected = np.sqrt((logarithm - logarithm.min()) / np.ptp(logarithm))

    normalised = normalise(phantom.raw, phantom.acquisition, method="simple_gamma", literal=True)

    assert np.allclose(normalised.values[breast], (expected - expected.mean()) / expected.std(), atol=2e-3)
    assert normalised.record["signal"] == "stored values"
    assert normalised.record["is_inverted"] is False


def test_percentiles_of_the_breast_clip_its_ends(phantom, regions):
    record = normalise(
        phantom.raw, phantom.acquisition, method="simple_gamma", percentiles=(0.1, 99.9)
    ).record

    logarithm = np.log(2.0**16 - phantom.raw[tissue(regions)])
    assert record["low"] == pytest.approx(np.percentile(logarithm, 0.1), abs=2e-3)
    assert record["high"] == pytest.approx(np.percentile(logarithm, 99.9), abs=2e-3)


def test_muscle_counts_only_if_asked_for(phantom, regions):
    without = normalise(phantom.raw, phantom.acquisition, method="raw")
    included = normalise(phantom.raw, phantom.acquisition, method="raw", include_pectoral=True)

    muscle_px = np.count_nonzero(regions.labels == PECTORAL)
    assert muscle_px > 0
    assert included.record["measured_px"] - without.record["measured_px"] == muscle_px


@pytest.mark.parametrize("method", ["raw", *GAMMAS])
def test_grey_levels_of_a_processed_image_keep_their_order(phantom, method):
    normalised = normalise(phantom.presentation, phantom.presentation_acquisition, method=method)
    breast = find_regions(phantom.presentation, phantom.presentation_acquisition).labels > 0

    levels = phantom.presentation[breast]
    order = np.argsort(levels, kind="stable")
    assert normalised.record["signal"] == "grey levels"
    assert normalised.record["is_calcium_bright"] is True
    assert np.all(np.diff(normalised.values[breast][order]) >= -1e-5)


def test_exposure_cancels_out(phantom, regions):
    """Twice the dose is the same image on the gamma scales."""
    half = replace(phantom.acquisition, pixel_intensity_relationship_sign=1)
    energy = (2**16 - 1 - phantom.raw.astype(np.int64)) // 2 * 2

    whole = normalise(energy.astype(np.uint16), half, method="auto_gamma", regions=regions)
    halved = normalise((energy // 2).astype(np.uint16), half, method="auto_gamma", regions=regions)

    assert np.abs(whole.values - halved.values)[tissue(regions)].max() < 0.03


def test_clipped_pixels_of_the_breast_do_not_count(phantom, regions):
    pixels = phantom.presentation.copy()
    clipped = np.zeros(pixels.shape, dtype=bool)
    clipped[300:400, 20:80] = regions.labels[300:400, 20:80] == 1
    pixels[clipped] = 4095

    normalised = normalise(pixels, phantom.presentation_acquisition, method="raw", regions=regions)

    assert clipped.any()
    assert "saturated" in normalised.flags
    assert normalised.record["saturated_share"] > 0.001
    assert normalised.record["measured_px"] <= tissue(regions).sum() - clipped.sum()


def codes(pixels, acquisition, **options):
    with pytest.raises(NormalisationRefusedError) as refusal:
        normalise(pixels, acquisition, **options)
    return refusal.value.code


def test_images_that_cannot_be_normalised_are_refused_by_name(phantom, regions):
    constant = np.full(phantom.raw.shape, 900, dtype=np.uint16)
    facts = phantom.presentation_acquisition

    assert codes(constant, facts, method="raw") == "breast_not_found"
    for method in ("raw", *GAMMAS):
        assert codes(constant, facts, method=method, regions=regions) == "constant_image"
    saturated = np.full(phantom.raw.shape, 4095, dtype=np.uint16)
    assert codes(saturated, facts, method="raw", regions=regions) == "constant_image"


@pytest.mark.parametrize(
    "options",
    [
        {"method": "bright"},
        {"method": "simple_gamma", "percentiles": (99.0, 1.0)},
        {"method": "simple_gamma", "percentiles": (float("nan"), 1.0)},
        {"method": "auto_gamma", "target": 1.5},
        {"method": "auto_gamma", "literal": True},
        {"method": "simple_gamma", "target": 0.3},
        *(
            {"method": method, **choice}
            for method in ("raw", "density")
            for choice in (
                {"invert": False},
                {"percentiles": (1.0, 99.0)},
                {"target": 0.3},
                {"literal": True},
            )
        ),
    ],
)
def test_choices_that_mean_nothing_are_refused(phantom, options):
    assert codes(phantom.raw, phantom.acquisition, **options) == "normalisation_parameter"


def test_regions_of_another_image_are_refused(phantom, regions):
    with pytest.raises(MaskShapeMismatchError):
        normalise(phantom.raw[1:], phantom.acquisition, method="raw", regions=regions)


def test_same_input_gives_the_same_values():
    pixels = np.tile(np.arange(400, dtype=np.uint16)[::-1], (300, 1)) * (np.arange(300)[:, None] < 200)
    facts = Acquisition(bits_stored=12, presentation_intent="FOR PRESENTATION")

    first, second = (normalise(pixels.astype(np.uint16), facts, method="auto_gamma") for _ in range(2))

    assert np.array_equal(first.values, second.values)
    assert first.record == second.record
