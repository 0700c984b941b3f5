"""A vessel of known wall and filling in a flat breast, imaged step by step: what the opening makes of it.

Rh/Ag 34 kVp, 55 mm, 20 % glandular; 2.0 mm outside, wall 0.18 mm, 30 % of it mineral. Its mean over 2.1 mm is
140 µm; the expected values were computed once, independently, with scipy and OpenCV on the whole frame.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import ml.phantom
from ml.masks import from_dense
from ml.physics import read_signal, top_hat_near
from ml.types import Acquisition

PIXEL_MM, SIDE = 0.1, 400
THICKNESS_MM, GLANDULAR, MU_CALC_PER_MM = 55.0, 0.2, 1.534
ACROSS_MM = np.broadcast_to((np.arange(SIDE) - SIDE / 2) * PIXEL_MM, (SIDE, SIDE))
RAW = Acquisition(
    presentation_intent="FOR PROCESSING",
    pixel_intensity_relationship="LIN",
    pixel_intensity_relationship_sign=1,
)
OUTER_MM, WALL_MM, FILLING = 1.0, 0.18, 0.3


def chord_mm(radius_mm):
    return 2 * np.sqrt(np.maximum(radius_mm**2 - ACROSS_MM**2, 0))


CALCIUM_MM = FILLING * (chord_mm(OUTER_MM) - chord_mm(OUTER_MM - WALL_MM))
NOTHING_MM = np.zeros_like(CALCIUM_MM)


def expose(calcium_mm, blood_mm, *, scatter=0.0, is_blurred=False, noise=0.0):
    table = json.loads((Path(ml.phantom.__file__).parent / "spectra.json").read_text())
    mu = {name: np.array(values) for name, values in table["attenuation_per_mm"].items()}
    kev = np.array(table["energy_keV"])
    weights = np.array(table["photons_per_mm2_per_mAs"]["RhAg34"]) * kev * np.exp(-2.4 * mu["PMMA"])
    weights = weights * np.array(table["absorbed_fraction"]["CsI_0.15mm"])
    fat_mm = THICKNESS_MM * (1 - GLANDULAR) - blood_mm - calcium_mm
    signal = sum(
        weights[k]
        * np.exp(
            -mu["adipose"][k] * fat_mm
            - mu["glandular"][k] * THICKNESS_MM * GLANDULAR
            - mu["blood"][k] * blood_mm
            - mu["HA"][k] * calcium_mm
        )
        for k in range(len(kev))
    )
    signal = signal + scatter * signal.mean()
    if noise:
        random = np.random.default_rng(0).normal(size=signal.shape)
        signal = signal + random * noise * np.sqrt(signal * signal.mean())
    if is_blurred:
        row, column = np.meshgrid(np.fft.fftfreq(SIDE, 0.1), np.fft.rfftfreq(SIDE, 0.1), indexing="ij")
        transfer = 1 / (1 + (np.hypot(row, column) / 2.4) ** 2)
        signal = np.fft.irfft2(np.fft.rfft2(signal) * transfer, s=signal.shape)
    return (signal * (60000 / signal.max())).round().astype(np.uint16)


def measure_um(pixels, *, element_mm=3.1, smoothing_mm=0.0):
    """Return the mean over the vessel's 2.1 mm and over its surroundings from 2 to 5 mm."""
    everywhere = from_dense(np.ones(pixels.shape, dtype=bool))
    top_hat = top_hat_near(
        everywhere,
        pixels,
        read_signal(pixels, RAW),
        pixel_size_mm=PIXEL_MM,
        smoothing_mm=smoothing_mm,
        element_mm=element_mm,
        reach_mm=0.0,
    )
    away_mm = np.abs(ACROSS_MM)
    thickness_um = 1000 * top_hat / MU_CALC_PER_MM
    return thickness_um[away_mm <= 1.05].mean(), thickness_um[(away_mm > 2) & (away_mm < 5)].mean()


@pytest.mark.parametrize(
    ("element_mm", "expected_um"), [(1.1, 40.5), (2.1, 136.8), (3.1, 136.8), (4.1, 136.8)]
)
def test_element_narrower_than_the_vessel_loses_it(element_mm, expected_um):
    vessel_um, around_um = measure_um(expose(CALCIUM_MM, NOTHING_MM), element_mm=element_mm)

    assert vessel_um == pytest.approx(expected_um, abs=0.3)
    assert around_um == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    ("calcium_mm", "blood_mm", "imaging", "expected_um"),
    [
        (CALCIUM_MM, chord_mm(OUTER_MM) - CALCIUM_MM, {}, 161.6),
        (NOTHING_MM, chord_mm(OUTER_MM), {}, 28.1),
        (CALCIUM_MM, chord_mm(OUTER_MM) - CALCIUM_MM, {"is_blurred": True}, 158.0),
        (CALCIUM_MM, chord_mm(OUTER_MM) - CALCIUM_MM, {"is_blurred": True, "scatter": 0.55}, 97.5),
    ],
    ids=["with blood", "blood alone", "blurred", "blurred and scattered"],
)
def test_blood_blur_and_scatter_change_the_thickness(calcium_mm, blood_mm, imaging, expected_um):
    vessel_um, _ = measure_um(expose(calcium_mm, blood_mm, **imaging))

    assert vessel_um == pytest.approx(expected_um, abs=0.3)


@pytest.mark.parametrize(
    ("element_mm", "smoothing_mm", "vessel_um", "around_um"),
    [
        (2.1, 0.0, 69.0, 11.2),
        (2.1, 0.1, 46.9, 4.8),
        (2.1, 0.2, 35.7, 2.1),
        (3.1, 0.0, 105.5, 12.9),
        (3.1, 0.1, 98.2, 5.8),
        (3.1, 0.2, 90.8, 2.6),
    ],
)
def test_element_must_exceed_the_blurred_vessel_in_noise(element_mm, smoothing_mm, vessel_um, around_um):
    pixels = expose(CALCIUM_MM, chord_mm(OUTER_MM) - CALCIUM_MM, is_blurred=True, scatter=0.55, noise=0.02)

    measured = measure_um(pixels, element_mm=element_mm, smoothing_mm=smoothing_mm)

    assert measured == pytest.approx((vessel_um, around_um), abs=0.5)


@pytest.mark.parametrize(
    ("noise", "smoothing_mm", "expected_um"), [(0.02, 0.0, 13.3), (0.02, 0.1, 5.8), (0.05, 0.1, 14.5)]
)
def test_noise_alone_reads_as_mineral_and_as_much_around_it(noise, smoothing_mm, expected_um):
    pixels = expose(NOTHING_MM, NOTHING_MM, is_blurred=True, scatter=0.55, noise=noise)

    vessel_um, around_um = measure_um(pixels, smoothing_mm=smoothing_mm)

    assert vessel_um == pytest.approx(expected_um, abs=0.3)
    assert vessel_um - around_um == pytest.approx(0, abs=1.0)
