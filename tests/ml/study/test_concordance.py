import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score

from ml.errors import StatisticsInputError
from ml.metrics.quantities import concordance_correlation
from ml.study.concordance import ViewReading, concordance


def four_views(seed, patients=60):
    random = np.random.default_rng(seed)
    readings = []
    for number in range(patients):
        length = random.gamma(2, 10) * (random.random() < 0.6)
        for side in "LR":
            for view in ("CC", "MLO"):
                seen = max(0.0, length + random.normal(0, 5)) if length else 0.0
                readings.append(
                    ViewReading(
                        patient=f"p{number}",
                        exam=f"e{number}",
                        side=side,
                        view=view,
                        answer=seen > 4,
                        length_mm=seen,
                    )
                )
    return readings


@pytest.mark.parametrize(
    ("axis", "one", "other"),
    [("sides", ("side", "L"), ("side", "R")), ("views", ("view", "CC"), ("view", "MLO"))],
)
def test_pairs_are_compared_as_scikit_learn_does(axis, one, other):
    readings = four_views(1)
    first, second = (
        [reading for reading in readings if getattr(reading, name) == value] for name, value in (one, other)
    )
    beside = "view" if axis == "sides" else "side"
    first, second = (
        sorted(some, key=lambda reading: (reading.exam, getattr(reading, beside))) for some in (first, second)
    )
    a, b = [[reading.answer for reading in some] for some in (first, second)]

    found = concordance(readings, axis=axis)

    assert (found.n_answers, found.n_lengths) == (120, 120)
    assert found.weighted_f1.value == pytest.approx(f1_score(a, b, average="weighted"))
    assert found.kappa.value == pytest.approx(cohen_kappa_score(a, b))
    assert found.agreement.value == pytest.approx(np.mean(np.equal(a, b)))
    lengths = [[reading.length_mm for reading in some] for some in (first, second)]
    assert found.length_concordance.value == pytest.approx(concordance_correlation(*lengths).value)
    for measure in (found.weighted_f1, found.kappa, found.agreement, found.length_concordance):
        assert measure.interval[0] < measure.value < measure.interval[1]
        assert measure.n_patients == 60


def test_an_image_without_its_other_side_or_answer_makes_no_pair():
    one = {"patient": "p", "exam": "e", "view": "CC"}
    readings = [
        ViewReading(**one, side="L", answer=True, length_mm=5.0),
        ViewReading(**one, side="R", length_mm=7.0),
        ViewReading(patient="q", exam="f", view="CC", side="L", answer=True),
    ]

    found = concordance(readings, axis="sides")

    assert (found.n_answers, found.n_lengths) == (0, 1)
    assert found.weighted_f1.value is None
    assert found.kappa.interval is None


def test_of_several_images_of_one_view_the_most_counts():
    one = {"patient": "p", "exam": "e", "side": "L"}
    readings = [
        ViewReading(**one, view="CC", answer=False, length_mm=1.0),
        ViewReading(**one, view="CC", answer=True, length_mm=9.0),
        ViewReading(**one, view="MLO", answer=True, length_mm=9.0),
    ]

    found = concordance(readings, axis="views")

    assert found.n_answers == 1
    assert found.agreement.value == 1.0


@pytest.mark.parametrize(
    ("reading", "axis"),
    [
        (ViewReading(patient="p", exam="e", side="B", view="CC", answer=True), "sides"),
        (ViewReading(patient="p", exam="e", side="L", view="XCCL", answer=True), "sides"),
        (ViewReading(patient="p", exam="e", side="L", view="CC", answer=True), "both"),
    ],
)
def test_other_sides_views_and_axes_are_refused(reading, axis):
    with pytest.raises(StatisticsInputError) as refused:
        concordance([reading], axis=axis)

    assert refused.value.code == "unknown_choice"
