"""Parts of the report for which nobody has to draw: the lottery, weeks and months, empty tables."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ml.study.report import DrawnReading, ReadImage, ReportTables, agreement_figures
from ml.study.report.definitions import FIGURE_DEFINITIONS, FIGURE_NAMES, SECTIONS, UNDEFINED_FIGURES
from ml.study.report.figure import Figure
from ml.study.report.over_time import time_figures
from ml.study.report.pairs import overlap_figures
from ml.study.report.proposal import proposal_figures
from ml.study.report.segments import noise_figures, segment_figures
from ml.study.report.sides import side_figures

ONE_PAIR = {
    "dice": 0.5,
    "dice_l_sym": 0.5,
    "cl_dice": 0.5,
    "detection_f1": 0.5,
    "area_first_px": 10,
    "area_second_px": 10,
    "near_first_px": 5,
    "image": "i",
    "patient": "p",
}


def drawn(effect_mm, effect_s, patients=30):
    random = np.random.default_rng(1)
    for patient in range(patients):
        for reader in ("a", "b", "c"):
            is_shown = bool(random.random() < 0.5)
            yield DrawnReading(
                reader=reader,
                image=f"of-{patient}",
                patient=str(patient),
                is_shown=is_shown,
                length_mm=20 + effect_mm * is_shown,
                active_s=None if patient == 0 else 90 + effect_s * is_shown,
            )


def test_readings_not_made_as_the_lot_said_are_left_out_and_counted():
    readings = list(drawn(5.0, -30.0))
    spoilt = [replace(one, length_mm=900.0, is_kept=False) for one in readings[:4]]

    figures = {(one.measure, one.readers): one for one in proposal_figures([*spoilt, *readings[4:]])}

    whole = figures["length_shown_less_hidden", ()]
    assert whole.n_arm_not_kept == 4
    assert whole.value == next(
        one.value
        for one in proposal_figures(readings[4:])
        if (one.measure, one.readers) == (whole.measure, ())
    )
    (nothing_left, *_) = proposal_figures(spoilt)
    assert (nothing_left.value, nothing_left.undefined, nothing_left.n_arm_not_kept) == (None, "one_arm", 4)


def test_the_lottery_finds_the_difference_that_is_there():
    figures = {(one.measure, one.readers): one for one in proposal_figures(list(drawn(5.0, -30.0)))}

    length = figures["length_shown_less_hidden", ()]
    assert (length.value, length.low) == (pytest.approx(5.0), None)
    assert length.no_interval == "patients_alike"
    assert (length.n_images, length.n_patients) == (30, 30)
    time = figures["time_shown_less_hidden", ("a",)]
    assert (time.value, time.n_images, time.n_patients) == (pytest.approx(-30.0), 29, 29)
    assert figures["time_shown", ()].value == pytest.approx(60.0)
    assert figures["time_shown", ()].no_interval == "difference_alone"


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


def noise_of(votes_of_images):
    """Estimate the errors of three readers, one image of each patient, 100 px of each segment."""
    images = [
        ReadImage(
            patient=f"p{number}",
            readers=("a", "b", "c"),
            lengths=(9.0,) * len(votes),
            votes=votes,
            patterns={0: 9000, **{sum(one << bit for bit, one in enumerate(vote)): 100 for vote in votes}},
        )
        for number, votes in enumerate(votes_of_images)
    ]
    return {(one.measure, one.readers[0]): one for one in noise_figures(images)}


def test_a_reader_who_marked_nothing_has_no_share_of_false_segments():
    found = noise_of([((True, True, False),), ((True, False, False), (True, True, False)), ()] * 3)

    hers = found["segments_false_share", "c"]
    assert (hers.value, hers.undefined) == (None, "marked_nothing")
    assert found["segments_missed_estimated", "c"].value == pytest.approx(1.0)
    assert found["segments_false_share", "a"].value is not None


def test_where_one_reader_alone_marked_anything_nobody_is_called_wrong():
    found = noise_of([((True, False, False),), ((True, False, False),), ()])

    assert {one.undefined for one in found.values()} == {"one_marked"}
    assert {one.value for one in found.values()} == {None}


def test_errors_rest_on_the_images_and_patients_that_the_reader_read():
    votes = [((True, True, True),), ((True, False, True),), ((True, True, False), (False, True, False)), ()]
    found = noise_of(votes * 2)

    assert {(one.n_images, one.n_patients) for one in found.values()} == {(8, 8)}
    assert all(one.low <= one.value <= one.high for one in found.values() if one.low is not None)


def test_overlap_of_many_pairs_counts_each_image_once():
    pairs = pd.DataFrame([
        {**ONE_PAIR, "image": f"i{image}", "patient": f"p{image}", "dice": dice}
        for image in range(4)
        for dice in (0.4, None if image else 0.5, None if image == 3 else 0.6)
    ])  # fmt: skip
    pairs.loc[pairs["image"] == "i3", "dice"] = np.nan

    (dice,) = [
        one for one in overlap_figures(pairs, Figure(section="all", measure="")) if one.measure == "dice"
    ]

    assert (dice.n_images, dice.n_patients) == (3, 3)


def test_sides_rest_on_the_images_that_were_compared():
    readings = pd.DataFrame([
        {"reader": "a", "image": f"{exam}{side}{view}", "exam": exam, "patient": exam, "side": side,
         "view": view, "area_px": 9}
        for exam in ("e", "f")
        for side, view in (("L", "CC"), ("R", "CC"), ("L", "MLO"))
    ])  # fmt: skip

    found = {one.measure: one for one in side_figures(readings)}

    assert (found["sides_f1"].n_images, found["sides_f1"].n_patients) == (4, 2)
    assert found["sides_f1"].no_interval == "patients_alike"


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
