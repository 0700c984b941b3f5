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
    ],
)
def test_numbers_that_measure_nothing_are_refused(change):
    with pytest.raises(CorrectionParameterError):
        replace(DEFAULT_PARAMETERS, **change)
