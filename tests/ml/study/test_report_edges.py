"""Whole reports of campaigns that say little: one reader, nothing marked, no spacing, one patient."""

import math
from dataclasses import asdict

import pandas as pd
import pytest

from ml.masks import capsule, empty
from ml.metrics.readings import compare_readings, pair_scores, trace_reading
from ml.study.line_votes import line_votes
from ml.study.report import ReadImage, ReportTables, agreement_figures
from ml.study.report.definitions import FIGURE_DEFINITIONS, UNDEFINED_FIGURES

MARKED = capsule(60, 120, (30.0, 20.0), (30.0, 90.0), 4.0)
SHORTER = capsule(60, 120, (30.0, 20.0), (30.0, 70.0), 4.0)
NOTHING = empty(60, 120)
NO_INTERVAL = {"one_patient", "often_undefined", "patients_alike"}


def report(masks_of_images, *, spacing=(0.1, 0.1), patients=None):
    """Make the report of one label from masks by reader of each image."""
    rows = {"readings": [], "pairs": []}
    images = []
    for number, masks in enumerate(masks_of_images):
        patient = f"p{number}" if patients is None else patients
        about = {"image": f"i{number}", "patient": patient, "label": "bac"}
        traced = {reader: trace_reading(mask, spacing) for reader, mask in masks.items()}
        for reader, reading in traced.items():
            place = {"exam": f"e{number}", "side": "L", "view": "CC", "round": 1}
            rows["readings"].append({**about, **place, "reader": reader, "area_px": int(reading.area_px)})
        names = sorted(traced)
        for first, second in [(a, b) for a in names for b in names if a < b]:
            counts = compare_readings(traced[first], traced[second], spacing)
            who = {"first": first, "second": second, "first_round": 1, "second_round": 1}
            day = {"compared_on": pd.Timestamp("2026-01-05").date()}
            size = {"pixel_mm2": math.nan if spacing is None else spacing[0] * spacing[1]}
            rows["pairs"].append({**about, **who, **day, **size, **asdict(counts), **pair_scores(counts)})
        if len(names) > 1:
            votes = line_votes(
                [masks[name] for name in names],
                [traced[name].line for name in names],
                pixel_spacing_mm=spacing,
            )
            images.append(
                ReadImage(
                    patient=patient,
                    readers=tuple(names),
                    lengths=tuple(one.length_px for one in votes),
                    votes=tuple(one.votes for one in votes),
                    patterns={0: 7000},
                )
            )
    pairs = pd.DataFrame(rows["pairs"], columns=None if rows["pairs"] else PAIR_COLUMNS)
    answers = pd.DataFrame(columns=["round", "question", "subject", "patient", "reader", "answer"])
    readings = pd.DataFrame(rows["readings"])
    tables = ReportTables(readings=readings, pairs=pairs, images={("bac", 1): images}, answers=answers)
    return list(agreement_figures(tables))


PAIR_COLUMNS = ["label", "first", "second", "first_round", "second_round", "image", "patient"]
THREE = {"a": MARKED, "b": MARKED, "c": SHORTER}
SAYING_LITTLE = {
    "one reader": ([{"a": MARKED}, {"a": NOTHING}], {}),
    "readers who share no image": ([{"a": MARKED}, {"b": MARKED}], {}),
    "two readers": ([{"a": MARKED, "b": SHORTER}, {"a": MARKED, "b": NOTHING}], {}),
    "all empty": ([{"a": NOTHING, "b": NOTHING, "c": NOTHING}] * 4, {}),
    "no spacing": ([THREE, {"a": MARKED, "b": NOTHING, "c": MARKED}], {"spacing": None}),
    "one patient": ([THREE, {"a": MARKED, "b": NOTHING, "c": MARKED}], {"patients": "p"}),
    "one image": ([THREE], {}),
}


@pytest.mark.parametrize(("masks", "facts"), SAYING_LITTLE.values(), ids=SAYING_LITTLE)
def test_every_figure_has_a_value_or_a_reason(masks, facts):
    figures = report(masks, **facts)

    assert figures
    for figure in figures:
        assert figure.measure in FIGURE_DEFINITIONS
        if figure.value is None:
            assert figure.undefined in UNDEFINED_FIGURES, figure
            assert figure.low is None
        else:
            assert math.isfinite(figure.value)
            assert figure.undefined == ""
            assert figure.low is None or figure.low <= figure.value <= figure.high
            assert figure.low is not None or figure.no_interval in NO_INTERVAL, figure


def test_of_one_reader_there_is_how_much_she_marked_and_no_agreement():
    figures = report([{"a": MARKED}, {"a": NOTHING}])

    assert [(one.measure, one.value) for one in figures if one.value is not None] == [("share_marked", 0.5)]


def test_of_images_without_a_mark_overlap_is_undefined_and_counted():
    found = {one.measure: one for one in report([{"a": NOTHING, "b": NOTHING}] * 3) if one.section == "pair"}

    assert (found["dice"].undefined, found["dice"].n_both_empty) == ("both_empty", 3)
    assert found["share_marked_alike"].value == 1.0
    assert found["kappa_marked"].undefined == "no_variation"
    assert found["bias_length"].value == 0.0


def test_without_spacing_lengths_are_in_pixels_and_length_dice_says_why_it_is_missing():
    figures = [one for one in report([THREE, THREE], spacing=None) if one.section == "pair"]

    found = {one.measure: one for one in figures if one.readers == ("a", "c")}
    assert (found["dice_l_sym"].undefined, found["dice_l_sym"].n_without_spacing) == ("no_spacing", 2)
    assert found["detection_f1_pooled"].undefined == "no_spacing"
    assert found["dice"].value is not None
    assert found["bias_length"].unit == "px"


def test_of_one_patient_no_figure_has_an_interval():
    figures = report([THREE, {"a": MARKED, "b": NOTHING, "c": MARKED}], patients="p")

    assert any(one.value is not None for one in figures)
    assert {one.low for one in figures} == {None}
    assert {one.no_interval for one in figures if one.value is not None} == {"one_patient"}
