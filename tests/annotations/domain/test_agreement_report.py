"""The figures of a report, held against independent libraries on the same drawings."""

from itertools import combinations

import numpy as np
import pandas as pd
import pingouin
import pytest
import SimpleITK
from scipy import ndimage
from sklearn.metrics import cohen_kappa_score, f1_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from annotations.domain.agreement_report import readings_since
from annotations.models import Assignment
from ml.masks import from_dense, kulpa_length_mm, skeleton
from tests.factories.agreement import compare_readings, make_read_campaign
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram

pytestmark = pytest.mark.django_db

SPACING = (0.2, 0.2)
EIGHT = np.ones((3, 3))


@pytest.fixture
def compared():
    read = make_read_campaign(readers=3, exams=10, views=2)
    return read, compare_readings(read.campaign).figures


def figure(compared, section, measure, *readers, **more):
    """Give the one figure that this names; readers by their numbers."""
    read, figures = compared
    wanted = {"section": section, "measure": measure, "label": "bac", "round": 1, **more}
    wanted["readers"] = [str(read.readers[number].id) for number in readers]
    (found,) = [
        one
        for one in figures
        if all(one.get(name, [] if name == "readers" else "") == value for name, value in wanted.items())
    ]
    return found


def pairs_of(compared):
    """Give both readers of each pair in the order in which the report subtracts."""
    read, _ = compared
    order = sorted(range(3), key=lambda number: read.readers[number].id)
    return list(combinations(order, 2))


def is_marked(masks):
    return np.array([mask.any() for mask in masks]).astype(int)


def length_mm(mask):
    return kulpa_length_mm(skeleton(from_dense(mask)), SPACING)


def dice_by_simple_itk(first, second):
    overlap = SimpleITK.LabelOverlapMeasuresImageFilter()
    overlap.Execute(*(SimpleITK.GetImageFromArray(mask.astype(np.uint8)) for mask in (first, second)))
    return overlap.GetDiceCoefficient()


def test_pairs_by_simple_itk_scikit_learn_and_pingouin(compared):
    read, _ = compared
    for first, second in pairs_of(compared):
        masks = list(zip(read.masks(first), read.masks(second), strict=True))
        either = [pair for pair in masks if pair[0].any() or pair[1].any()]
        dice = figure(compared, "pair", "dice", first, second)
        assert dice["value"] == pytest.approx(np.mean([dice_by_simple_itk(*pair) for pair in either]))
        assert (dice["n_images"], dice.get("n_both_empty", 0)) == (len(either), len(masks) - len(either))

        marked = is_marked(read.masks(first)), is_marked(read.masks(second))
        kappa = figure(compared, "pair", "kappa_marked", first, second)
        assert kappa["value"] == pytest.approx(cohen_kappa_score(*marked))

        lengths = np.array([[length_mm(mask) for mask in pair] for pair in masks])
        difference = lengths[:, 1] - lengths[:, 0]
        bias = figure(compared, "pair", "bias_length", first, second, unit="mm")
        upper = figure(compared, "pair", "upper_limit_length", first, second, unit="mm")
        assert bias["value"] == pytest.approx(difference.mean())
        assert upper["value"] == pytest.approx(difference.mean() + 1.96 * difference.std(ddof=1))
        icc = figure(compared, "pair", "icc_length", first, second, part="mm")
        assert icc["value"] == pytest.approx(icc_by_pingouin(lengths))
        area = figure(compared, "pair", "bias_area", first, second, unit="mm²")
        areas = np.array([[mask.sum() * 0.04 for mask in pair] for pair in masks])
        assert area["value"] == pytest.approx((areas[:, 1] - areas[:, 0]).mean())


def icc_by_pingouin(table):
    rows = pd.DataFrame(table).reset_index().melt(id_vars="index", var_name="reader")
    found = pingouin.intraclass_corr(rows, targets="index", raters="reader", ratings="value")
    return found.set_index("Type")["ICC"]["ICC(A,1)"]


def test_all_readers_by_statsmodels_and_pingouin(compared):
    read, _ = compared
    marked = np.column_stack([is_marked(read.masks(reader)) for reader in range(3)])
    lengths = np.array(
        [[length_mm(read.drawn[reader, image]) for reader in range(3)] for image in range(len(read.images))]
    )

    kappa = figure(compared, "all", "fleiss_marked")
    assert kappa["value"] == pytest.approx(fleiss_kappa(aggregate_raters(marked)[0]))
    assert (kappa["n_images"], kappa["n_patients"]) == (20, 10)
    assert kappa["low"] < kappa["value"] < kappa["high"]
    icc = figure(compared, "all", "icc_length", part="mm")
    assert icc["value"] == pytest.approx(icc_by_pingouin(lengths))
    dice = figure(compared, "all", "dice")
    assert (dice["n_images"], dice["n_patients"]) == (int(marked.any(axis=1).sum()), 10)


def test_answers_by_scikit_learn_and_statsmodels(compared):
    read, _ = compared
    given = [[read.answers[reader, image] for image in range(len(read.images))] for reader in range(3)]

    for first, second in pairs_of(compared):
        about = {"label": "", "question": "bac_present"}
        kappa = figure(compared, "answer", "kappa_answer", first, second, **about)
        assert kappa["value"] == pytest.approx(cohen_kappa_score(given[first], given[second]))
    kappa = figure(compared, "answer", "fleiss_answer", label="", question="bac_present")
    assert kappa["value"] == pytest.approx(fleiss_kappa(aggregate_raters(np.array(given).T)[0]))


def test_sides_by_scikit_learn(compared):
    read, _ = compared
    for reader in range(3):
        marked = is_marked(read.masks(reader))
        left, right = marked[0::2], marked[1::2]
        found = figure(compared, "sides", "sides_f1", reader)
        assert found["value"] == pytest.approx(f1_score(left, right, average="weighted"))
        views = figure(compared, "sides", "views_f1", reader)
        assert (views.get("value"), views["undefined"]) == (None, "too_few_images")


def test_segments_by_scipy(compared):
    read, _ = compared
    by_all, segments = 0, 0
    for image in range(len(read.images)):
        masks = [read.drawn[reader, image] for reader in range(3)]
        piece, count = ndimage.label(np.any(masks, axis=0), structure=EIGHT)
        segments += count
        by_all += sum(
            all((mask & (piece == number)).any() for mask in masks) for number in range(1, count + 1)
        )

    found = figure(compared, "segment", "segments_by_all")

    # One reader's longer stroke is a segment of its own: there are more of them, and fewer that all marked.
    assert found["value"] <= by_all / segments
    assert found["value"] == pytest.approx(by_all / segments, abs=0.3)


def test_errors_are_estimated_for_every_reader_with_an_interval(compared):
    for reader in range(3):
        for measure in ("pixels_missed", "segments_missed_estimated", "segments_false_per_image"):
            found = figure(compared, "noise", measure, reader)
            assert found["low"] <= found["value"] <= found["high"]


def test_images_of_unknown_spacing_are_measured_in_pixels_and_counted():
    read = make_read_campaign(readers=2, exams=4, views=1)
    image = make_mammogram()
    for reader, width in zip(read.readers, (20, 30), strict=True):
        mask = np.zeros((64, 48), dtype=bool)
        mask[20:23, 4 : 4 + width] = True
        assignment = make_assignment(reader=reader, study=image.study, campaign=read.campaign)
        make_annotation(image, assignment=assignment, labels={"bac": mask}, submitted=True)

    compared = read, compare_readings(read.campaign).figures

    (first, second) = sorted(range(2), key=lambda number: read.readers[number].id)
    assert figure(compared, "pair", "bias_length", first, second, unit="px")["n_images"] == 1
    in_mm = figure(compared, "pair", "bias_length", first, second, unit="mm")
    assert (in_mm["n_images"], in_mm["n_without_spacing"]) == (4, 1)
    assert figure(compared, "all", "dice_l_sym")["n_without_spacing"] == 1


def test_one_reader_or_none_gives_a_report_without_agreement():
    read = make_read_campaign(readers=1, exams=2, views=1)

    sections = {one["section"] for one in compare_readings(read.campaign).figures}

    assert sections == {"reader", "sides"}


def test_a_report_knows_what_came_and_went_since():
    read = make_read_campaign(readers=2, exams=2, views=1)
    report = compare_readings(read.campaign)
    assert readings_since(report) == (0, 0)

    image = make_mammogram()
    for submitted, came in ((False, 0), (True, 1)):
        assignment = make_assignment(campaign=read.campaign, study=image.study)
        make_annotation(image, assignment=assignment, submitted=submitted)
        assert readings_since(report) == (came, 0)

    Assignment.objects.filter(campaign=read.campaign, reader=read.readers[0]).update(
        state="withdrawn", submitted_at=None, ended_at=report.as_of, end_reason="left"
    )
    assert readings_since(report) == (1, 2)
