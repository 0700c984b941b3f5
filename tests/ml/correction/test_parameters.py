from dataclasses import replace

import pytest

from ml.correction import DEFAULT_PARAMETERS, PUBLISHED_PARAMETERS, CorrectionParameters, parameters_sha256
from ml.errors import CorrectionParameterError


def test_digest_names_the_parameters():
    assert parameters_sha256(DEFAULT_PARAMETERS) == parameters_sha256(CorrectionParameters())
    assert parameters_sha256(DEFAULT_PARAMETERS) != parameters_sha256(PUBLISHED_PARAMETERS)
    assert len(parameters_sha256(DEFAULT_PARAMETERS)) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"minimum_length_mm": -1.0},
        {"minimum_contrast_z": float("nan")},
        {"minimum_excess_um": float("inf")},
        {"thickness_rule": "median"},
        {"ring_inner_mm": 3.0},
        {"element_mm": 0.0},
        {"mu_calc_per_mm": 0.0},
        {"thickness_route": "18keV"},
        {"log_counts_per_e_fold": 0.0},
        {"detector_offset": 70_000.0},
    ],
)
def test_numbers_that_measure_nothing_are_refused(change):
    with pytest.raises(CorrectionParameterError):
        replace(DEFAULT_PARAMETERS, **change)


def test_counts_may_be_larger_than_limits():
    assert replace(DEFAULT_PARAMETERS, log_counts_per_e_fold=4000.0).log_counts_per_e_fold == 4000
