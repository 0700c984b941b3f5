"""Measured against true calcium on synthetic mammograms; at night on more of them and at full resolution."""

import os

import numpy as np
import pytest

from ml.masks import from_dense
from ml.phantom import make_phantom
from ml.quantify import quantify

IS_NIGHT = bool(os.environ.get("TRAMLINE_NIGHTLY"))
COUNT = 24 if IS_NIGHT else 8
SIZE = (
    {"rows": 1200, "columns": 900, "pixel_spacing_mm": 0.1}
    if IS_NIGHT
    else {"rows": 600, "columns": 450, "pixel_spacing_mm": 0.2}
)
SEVERITIES = (0.15, 0.3, 0.45, 0.6)


def measure(number):
    phantom = make_phantom(
        100 + number,
        **SIZE,
        view_position=("CC", "MLO")[number // 4 % 2],
        has_grid=bool(number % 2),
        severity=SEVERITIES[number % len(SEVERITIES)],
    )
    measured = quantify(phantom.raw, phantom.acquisition, mask=from_dense(phantom.bac))
    return phantom, measured


@pytest.fixture(scope="module")
def pairs():
    return [measure(number) for number in range(COUNT)]


def print_table(pairs):
    print("\ntrue mg  measured mg   95 % interval     grid")
    for phantom, measured in pairs:
        low, high = measured.mass_interval_mg
        print(
            f"{phantom.mass_mg:7.2f} {measured.mass_mg:12.2f}   {low:6.2f} to {high:6.2f}   "
            f"{phantom.acquisition.grid}"
        )


def test_mass_follows_the_truth(pairs):
    true_mg = np.array([phantom.mass_mg for phantom, _ in pairs])
    found_mg = np.array([measured.mass_mg for _, measured in pairs])
    difference = found_mg - true_mg
    slope, shift = np.polyfit(true_mg, found_mg, 1)
    correlation = np.corrcoef(true_mg, found_mg)[0, 1]

    print_table(pairs)
    print(
        f"{len(pairs)} images, {true_mg.min():.0f} to {true_mg.max():.0f} mg: measured = {slope:.3f} true "
        f"{shift:+.2f} mg, r {correlation:.3f}, bias {difference.mean():+.2f} mg, limits of agreement "
        f"+-{1.96 * difference.std(ddof=1):.2f} mg"
    )
    assert correlation > 0.95
    assert 0.7 < slope < 1.1
    assert abs(difference.mean()) < 0.2 * true_mg.mean()


def test_interval_holds_the_truth(pairs):
    is_held = [
        measured.mass_interval_mg[0] <= phantom.mass_mg <= measured.mass_interval_mg[1]
        for phantom, measured in pairs
    ]

    assert np.mean(is_held) >= 0.85


def test_presentation_of_the_same_breast_has_no_mass(pairs):
    phantom, measured = pairs[1]

    shown = quantify(phantom.presentation, phantom.presentation_acquisition, mask=from_dense(phantom.bac))

    assert shown.mass_mg is None
    assert shown.undefined["mass_mg"] == "for_presentation"
    assert shown.length_mm == measured.length_mm
    assert shown.definition["mapping_id"] != measured.definition["mapping_id"]
