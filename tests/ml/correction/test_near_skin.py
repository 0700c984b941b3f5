"""Strokes of known mineral near the skin, where the breast gets thinner, on a phantom without calcium."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ml.breast import find_breast
from ml.correction import DEFAULT_PARAMETERS, PUBLISHED_PARAMETERS, propose_removals
from ml.correction.decide import decide, flags_of
from ml.correction.measure import Measures
from ml.masks import from_dense
from ml.phantom import make_phantom
from ml.phantom.forms import form_image
from ml.physics import read_signal

TRUE_UM = 60.0


@pytest.fixture(scope="module")
def image():
    phantom = make_phantom(31, rows=1300, columns=1000, pixel_spacing_mm=0.1, has_bac=False, clusters=0)
    return form_image(phantom, "linear")


@pytest.fixture(scope="module")
def strokes(image):
    """Draw strokes of 2 x 8 mm, 3 to 12 mm from the skin, far apart."""
    signal = read_signal(image.pixels, image.acquisition)
    whole = (0, 0, *image.pixels.shape)
    breast = find_breast(image.pixels, signal, pixel_size_mm=0.1)
    skin_mm = breast.skin_distance_crop_mm(whole)
    random = np.random.default_rng(1)
    drawn, taken = np.zeros(skin_mm.shape, dtype=np.uint8), np.zeros(skin_mm.shape, dtype=np.uint8)
    places = np.argwhere((skin_mm > 5) & (skin_mm < 10))
    for row, column in places[random.permutation(len(places))[:400]]:
        angle = random.uniform(0, np.pi)
        step = np.array([np.cos(angle), np.sin(angle)]) * 40
        ends = [tuple(int(x) for x in np.array([column, row]) + sign * step) for sign in (-1, 1)]
        stroke = cv2.line(np.zeros_like(drawn), *ends, 1, 20)
        away = skin_mm[stroke > 0]
        if away.min() > 3 and away.max() < 12 and not (stroke & taken).any():
            drawn |= stroke
            taken |= cv2.dilate(stroke, np.ones((81, 81), np.uint8))
    return drawn > 0


def with_mineral(image, strokes):
    """Let the strokes take away what 60 um of hydroxyapatite do."""
    beam = propose_removals(from_dense(strokes), image.pixels, image.acquisition).processing
    contrast = beam["mu_calc_per_mm"] / (1 + beam["scatter_to_primary_ratio"]) * TRUE_UM / 1000
    return (image.pixels * np.exp(-contrast * strokes)).round().astype(np.uint16)


def test_true_calcium_near_the_skin_stays(image, strokes):
    report = propose_removals(from_dense(strokes), with_mineral(image, strokes), image.acquisition)

    excess_um = [part.measures["excess_um"] for part in report.components]
    assert len(excess_um) >= 8
    assert "remove" not in {part.decision for part in report.components}
    assert min(excess_um) > 30
    assert np.median(excess_um) == pytest.approx(TRUE_UM, abs=8)


def test_strokes_on_nothing_near_the_skin_go(image, strokes):
    report = propose_removals(from_dense(strokes), image.pixels, image.acquisition)

    decided = [part.decision for part in report.components]
    assert decided.count("remove") >= 0.8 * len(decided)


def test_published_rule_loses_calcium_near_the_skin(image, strokes):
    report = propose_removals(
        from_dense(strokes),
        with_mineral(image, strokes),
        image.acquisition,
        parameters=PUBLISHED_PARAMETERS,
    )

    assert [part.decision for part in report.components].count("remove") > 0.8 * len(report.components)
    assert all(part.measures["hidden_um"] is None for part in report.components)


def test_thickness_on_a_steep_background_is_left_to_a_human():
    flat = Measures(
        area_px=2000,
        area_mm2=20.0,
        skeleton_px=100,
        length_mm=10.0,
        length_endcap_mm=12.0,
        max_width_mm=2.0,
        outside_breast_share=0.0,
        near_skin_share=0.0,
        saturated_share=0.0,
        contact_share=None,
        periphery_share=None,
        is_measured=True,
        has_surroundings=True,
        contrast_z=0.3,
        thickness_um=9.0,
        excess_um=5.0,
        hidden_um=19.9,
    )
    steep = replace(flat, hidden_um=20.0)

    verdict = decide(steep, DEFAULT_PARAMETERS, is_physical=True)

    assert decide(flat, DEFAULT_PARAMETERS, is_physical=True).decision == "remove"
    assert (verdict.decision, verdict.reason) == ("borderline", "insufficient_thickness")
    assert verdict.reason_text.endswith("but the background is steep and may hide some: please decide")
    assert "steep_background" in flags_of(steep, DEFAULT_PARAMETERS)
    assert "steep_background" not in flags_of(flat, DEFAULT_PARAMETERS)
    assert decide(replace(steep, length_mm=1.0), DEFAULT_PARAMETERS, is_physical=True).decision == "remove"
