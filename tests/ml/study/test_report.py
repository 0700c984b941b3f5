"""Parts of the report for which nobody has to draw: the lottery, weeks and months, empty tables."""

import numpy as np
import pandas as pd
import pytest

from ml.study.report import DrawnReading, ReadImage, ReportTables, agreement_figures
from ml.study.report.definitions import FIGURE_DEFINITIONS, FIGURE_NAMES, SECTIONS, UNDEFINED_FIGURES
from ml.study.report.over_time import time_figures
from ml.study.report.proposal import proposal_figures
from ml.study.report.segments import noise_figures, segment_figures

ONE_PAIR = {
    "dice": 0.5,
    "dice_l_sym": 0.5,
    "cl_dice": 0.5,
    "detection_f1": 0.5,
    "area_first_px": 10,
    "area_second_px": 10,
    "near_first_px": 5,
    "patient": "p",
}


def drawn(effect_mm, effect_s, patients=30):
    random = np.random.default_rng(1)
    for patient in range(patients):
        for reader in ("a", "b", "c"):
            is_shown = bool(random.random() < 0.5)
            yield DrawnReading(
                reader=reader,
                patient=str(patient),
                is_shown=is_shown,
                length_mm=20 + effect_mm * is_shown,
                active_s=None if patient == 0 else 90 + effect_s * is_shown,
            )


def test_the_lottery_finds_the_difference_that_is_there():
    figures = {(one.measure, one.readers): one for one in proposal_figures(list(drawn(5.0, -30.0)))}

    length = figures["length_shown_less_hidden", ()]
    assert (length.value, length.low, length.high) == pytest.approx((5.0, 5.0, 5.0))
    assert (length.n_images, length.n_patients) == (90, 30)
    time = figures["time_shown_less_hidden", ("a",)]
    assert (time.value, time.n_images, time.n_patients) == (pytest.approx(-30.0), 29, 29)
    assert figures["time_shown", ()].value == pytest.approx(60.0)


def test_a_lottery_with_one_arm_says_why_it_has_no_difference():
    hidden = [one for one in drawn(5.0, 0.0) if not one.is_shown]

    figures = {one.measure: one for one in proposal_figures(hidden) if not one.readers}

    assert figures["length_shown_less_hidden"].undefined == "one_arm"
    assert figures["length_shown"].value is None
    assert figures["length_hidden"].value == pytest.approx(20.0)


@pytest.mark.parametrize(("weeks", "parts"), [(3, 3), (60, 14)])
def test_a_long_campaign_is_told_by_month(weeks, parts):
    days = [pd.Timestamp("2026-01-05") + pd.Timedelta(weeks=week) for week in range(weeks)]
    pairs = pd.DataFrame([{**ONE_PAIR, "compared_on": day.date()} for day in days])

    found = [one for one in time_figures(pairs) if one.measure == "dice"]

    assert len(found) == parts
    assert found[0].part == ("2026-01-05" if weeks == 3 else "2026-01-01")


def test_what_one_reader_misses_and_marks_alone_is_counted_by_segment():
    votes = ((True, True, True), (False, True, True), (True, False, False), (True, False, False))
    images = [
        ReadImage(
            patient=patient, readers=("a", "b", "c"), lengths=(60.0, 30.0, 5.0, 5.0), votes=votes, patterns={}
        )
        for patient in ("p", "q")
    ]

    found = {(one.measure, one.readers): one.value for one in segment_figures(images)}

    assert found["segments_by_all", ()] == 0.25
    assert found["length_by_all", ()] == 0.6
    assert found["length_by_one", ()] == 0.1
    assert found["segments_missed", ("a",)] == 0.5
    assert found["segments_alone", ("a",)] == pytest.approx(2 / 3)
    assert found["segments_alone", ("b",)] == 0.0


def test_two_readers_cannot_be_held_against_a_truth_and_it_is_said_why():
    image = ReadImage(
        patient="p", readers=("a", "b"), lengths=(9.0,), votes=((True, False),), patterns={0: 90, 1: 10}
    )

    figures = list(noise_figures([image, image]))

    assert {one.undefined for one in figures} == {"too_few_readers"}
    assert {one.value for one in figures} == {None}


def test_nothing_read_has_no_figure():
    readings = pd.DataFrame(columns=["label", "round", "reader", "image", "exam", "patient", "side", "view"])
    pairs = pd.DataFrame(columns=["first", "second", "first_round", "second_round", "label"])
    answers = pd.DataFrame(columns=["round", "question", "subject", "patient", "reader", "answer"])

    assert (
        list(agreement_figures(ReportTables(readings=readings, pairs=pairs, images={}, answers=answers)))
        == []
    )


def test_every_figure_has_a_name_and_a_definition():
    assert FIGURE_NAMES.keys() == FIGURE_DEFINITIONS.keys()
    assert all(text.endswith(".") for text in FIGURE_DEFINITIONS.values())
    assert not any(text.endswith(".") for text in [*FIGURE_NAMES.values(), *UNDEFINED_FIGURES.values()])
    assert set(SECTIONS) >= {"all", "pair", "noise", "proposal"}
