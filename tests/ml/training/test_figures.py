import numpy as np
import pytest

from ml.training.figures import Scored, with_interval


def scored(answers):
    found = Scored()
    for k, (truth, probability) in enumerate(answers):
        found.add(f"patient-{k}", probability, truth=truth)
    return found


def test_figures_are_those_of_the_answers_from_the_cutoff_on():
    answers = [(True, 0.9), (True, 0.6), (True, 0.2), (False, 0.6), (False, 0.1), (False, 0.3), (False, 0.05)]
    figures = scored(answers).figures(0.6)

    assert figures["sensitivity"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["specificity"] == 0.75
    assert figures["positive_predictive_value"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["negative_predictive_value"] == 0.75
    assert figures["accuracy"] == pytest.approx(5 / 7, abs=1e-4)
    assert figures["f1"] == pytest.approx(2 / 3, abs=1e-4)
    # Of 12 pairs 9 are ranked right, and one half.
    assert figures["auc"] == pytest.approx(9.5 / 12, abs=1e-4)
    assert (figures["positives"], figures["negatives"]) == (3, 4)
    for name in ("auc", "f1", "accuracy", "sensitivity"):
        assert figures[f"{name}_low"] <= figures[name] <= figures[f"{name}_high"]


def test_cutoff_has_the_highest_f1():
    answers = [(True, 0.9), (True, 0.4), (False, 0.3), (False, 0.2), (True, 0.1)]

    assert scored(answers).best_cutoff() == 0.4


def test_figures_that_are_not_defined_are_left_out():
    figures = scored([(False, 0.1), (False, 0.2)]).figures(0.5)

    assert figures["specificity"] == 1
    assert not {"auc", "f1", "sensitivity", "positive_predictive_value"} & set(figures)


def test_images_of_one_patient_give_no_interval():
    found = scored([(True, 0.9), (False, 0.4), (True, 0.3)])
    found.patients = ["one"] * 3

    assert not [name for name in found.figures(0.5) if name.endswith(("_low", "_high"))]


def test_interval_is_over_patients_and_not_over_images():
    values = np.repeat([0.0, 1.0], 50)

    def mean(drawn):
        return float(values[drawn].mean())

    alike = with_interval("share", mean, ["first"] * 50 + ["second"] * 50)
    apart = with_interval("share", mean, [f"patient-{k}" for k in range(100)])

    assert alike == {"share": 0.5, "share_low": 0.0, "share_high": 1.0}
    assert apart["share_high"] - apart["share_low"] < 0.25


def test_patients_who_are_all_alike_give_no_interval():
    assert with_interval("share", lambda _: 1.0, ["a", "b", "c"]) == {"share": 1.0}
