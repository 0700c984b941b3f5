"""Calibration on phantoms: what it chooses must serve patients that it has not seen."""

import os

import pytest

from ml.correction.calibration import LENGTHS_MM, calibrate
from ml.correction.measured_label import measure_label
from ml.experiments.label_case import CaseRequest
from ml.masks import from_dense
from ml.phantom import expert_mask, third_party_mask

COUNT, PIXEL_SPACING_MM = 40, 0.1
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("TRAMLINE_NIGHTLY"), reason="draws 40 phantoms: make nightly runs it"
    ),
]


@pytest.fixture(scope="module")
def labels():
    return [
        label_of(CaseRequest(index=n, seed=7000 + n, pixel_spacing_mm=PIXEL_SPACING_MM)) for n in range(COUNT)
    ]


def label_of(request):
    phantom = request.make()
    return measure_label(
        from_dense(third_party_mask(phantom, request.seed)),
        phantom.raw,
        phantom.acquisition,
        image=f"phantom {request.seed}",
        patient=str(request.seed),
        expert=from_dense(expert_mask(phantom)),
    )


def test_limits_serve_patients_that_did_not_choose_them(labels):
    calibration = calibrate(labels)

    assert calibration.dice_uncorrected < calibration.cross_validated_dice <= calibration.dice_chosen
    assert calibration.dice_start <= calibration.dice_chosen
    # A choice at the end of the grid would say that length or thickness tells nothing.
    assert calibration.limit < max(calibration.limits)
    assert calibration.length_mm < max(LENGTHS_MM)


def test_choice_costs_less_recall_than_it_gains_in_precision(labels):
    calibration = calibrate(labels)

    assert calibration.recall_uncorrected - calibration.recall_chosen < 0.1
