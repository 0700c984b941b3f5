"""Two models on the same readings: masks from probabilities, and the statistics of what both measured."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from PIL import Image

from annotations.errors import InvalidError
from annotations.ml_gateway.comparison import compare_mask_bytes
from annotations.models import Mammogram
from ml import masks
from ml.errors import MlError
from ml.metrics import DEFINITIONS
from ml.metrics.resampling import PairedTest, bootstrap_mean, holm, paired_test

# Name in the records, name of the measure.
MEASURES = {"dice": "Dice", "dice_l_sym": "Length Dice"}
MEASURE_WORDS = {name: DEFINITIONS[name] for name in MEASURES}

Scores = dict[str, float | int | None]


def score_prediction(
    probability_png: bytes, *, cutoff: float, reference: bytes, mammogram: Mammogram
) -> Scores:
    """Measure what a model proposes at its cut-off against a mask of the same image."""
    levels = np.asarray(Image.open(io.BytesIO(probability_png)))
    candidate = masks.encode(masks.from_dense(levels > cutoff * 255))
    measures = compare_mask_bytes(reference, candidate, mammogram=mammogram).measures
    wanted = (*MEASURES, "area_reference_px", "area_candidate_px")
    return {name: measures[name].value for name in wanted}


def compare_scores(
    first: Sequence[Scores], second: Sequence[Scores], patients: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Compare two models over the same readings: means and their difference by patient, and paired tests.

    A reading on which a measure is undefined for one of the two is left out of that measure, for both. The p
    values of each test are adjusted over the measures.
    """
    try:
        figures = {name: _figure(name, first, second, patients) for name in MEASURES}
        tested = [figure for figure in figures.values() if figure["test"]]
        for p_value in ("t_p", "wilcoxon_p"):
            adjusted = holm([figure["test"][p_value] for figure in tested]).p
            for figure, p in zip(tested, adjusted, strict=True):
                figure["test"][f"{p_value}_holm"] = p
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
    return figures


def _figure(
    name: str, first: Sequence[Scores], second: Sequence[Scores], patients: Sequence[str]
) -> dict[str, Any]:
    pairs = [
        (a[name], b[name], patient)
        for a, b, patient in zip(first, second, patients, strict=True)
        if a[name] is not None and b[name] is not None
    ]
    if len({patient for _, _, patient in pairs}) < 2:
        return {"n_images": len(pairs), "first": None, "second": None, "difference": None, "test": None}
    ones, others, whose = (list(column) for column in zip(*pairs, strict=True))
    differences = [b - a for a, b in zip(ones, others, strict=True)]
    return {
        "n_images": len(pairs),
        "first": asdict(bootstrap_mean(ones, whose)),
        "second": asdict(bootstrap_mean(others, whose)),
        "difference": asdict(bootstrap_mean(differences, whose)),
        "test": asdict(_test_by_patient(ones, others, whose)),
    }


def _test_by_patient(ones: Sequence[float], others: Sequence[float], whose: Sequence[str]) -> PairedTest:
    """Test one mean of each patient: her images are not independent."""
    places: Mapping[str, list[int]] = {patient: [] for patient in whose}
    for place, patient in enumerate(whose):
        places[patient].append(place)
    first, second = (
        [float(np.mean([values[place] for place in of_patient])) for of_patient in places.values()]
        for values in (ones, others)
    )
    return paired_test(first, second)
