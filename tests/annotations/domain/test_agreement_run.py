"""Comparing the readings of a campaign: each pair once, stopped and taken up again."""

import numpy as np
import pytest
from django.db import IntegrityError, InternalError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.agreement_run import perform_agreement, request_agreement
from annotations.domain.reading_pair import current_pairs
from annotations.domain.run import cancel_run, claim_run
from annotations.errors import TooFewReadingsError
from annotations.models import (
    AgreementReport,
    AgreementRun,
    Annotation,
    PairComparison,
    ReadingPair,
    SegmentVotes,
)
from tests.factories.agreement import compare_readings, make_read_campaign, perform, read_again
from tests.factories.assignment import make_campaign
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def read():
    return make_read_campaign(readers=3, exams=3, views=1)


def test_a_request_queues_a_run_with_its_job_and_a_second_one_returns_it(read):
    run, is_new = request_agreement(campaign=read.campaign, actor=make_reader("adjudicator"))

    again, is_new_again = request_agreement(campaign=read.campaign, actor=None)

    assert (is_new, is_new_again, again) == (True, False, run)
    job = ProcrastinateJob.objects.get(task_name="perform_agreement")
    assert (job.queue_name, job.args) == ("campaign", {"run_id": str(run.id)})


def test_a_campaign_without_a_reading_is_refused_in_plain_words():
    with pytest.raises(TooFewReadingsError, match="No exam of this campaign has been submitted yet"):
        request_agreement(campaign=make_campaign(), actor=None)


def test_every_two_readings_of_an_image_are_compared_for_every_label(read):
    compare_readings(read.campaign)

    assert ReadingPair.objects.filter(campaign=read.campaign).count() == 3 * 3 * 2
    for pair in ReadingPair.objects.all():
        assert pair.first.mammogram_id == pair.second.mammogram_id
        assert pair.first.reader_id < pair.second.reader_id


def test_equal_masks_are_compared_once_whoever_drew_them(read):
    compare_readings(read.campaign)

    # Nobody marked a microcalcification: nine pairs of empty masks of one size are one comparison.
    found = ReadingPair.objects.filter(label="microcalcification")
    assert found.values("comparison").distinct().count() == 1


def test_a_second_run_compares_nothing_anew_and_reports_again(read):
    compare_readings(read.campaign)
    stored = PairComparison.objects.count(), ReadingPair.objects.count(), SegmentVotes.objects.count()

    report = compare_readings(read.campaign)

    assert (report.number, report.run.compared) == (2, 0)
    assert (
        PairComparison.objects.count(),
        ReadingPair.objects.count(),
        SegmentVotes.objects.count(),
    ) == stored
    assert report.figures == AgreementReport.objects.get(number=1).figures


def test_a_later_reading_is_compared_with_the_reader_s_own_earlier_one_alone(read):
    first = Annotation.objects.filter(reader=read.readers[0]).first()
    mask = np.zeros((64, 48), dtype=bool)
    mask[5:8, 5:30] = True
    again = read_again(first, {"bac": mask})

    compare_readings(read.campaign)

    pairs = ReadingPair.objects.filter(second=again) | ReadingPair.objects.filter(first=again)
    assert set(pairs.values_list("first", "second")) == {(first.id, again.id)}


def test_a_size_of_a_pixel_that_becomes_known_has_the_pairs_compared_anew(read):
    image = read.images[0]
    type(image).objects.filter(id=image.id).update(pixel_spacing_row_mm=None, pixel_spacing_column_mm=None)
    compare_readings(read.campaign)
    type(image).objects.filter(id=image.id).update(pixel_spacing_row_mm=0.1, pixel_spacing_column_mm=0.1)

    compare_readings(read.campaign)

    now = current_pairs(read.campaign).filter(first__mammogram=image, label="bac")
    assert set(now.values_list("comparison__pixel_spacing_row_mm", flat=True)) == {0.1}
    assert now.count() == 3


def test_a_stopped_run_keeps_what_it_compared_and_waits_again(read):
    run, _ = request_agreement(campaign=read.campaign, actor=None)

    perform_agreement(run_id=run.id, worker="stopped", is_stopping=lambda: True)

    run.refresh_from_db()
    assert (run.state, run.attempt) == ("queued", 0)
    assert perform(run).state == "succeeded"


def test_a_cancelled_run_writes_no_report(read):
    run, _ = request_agreement(campaign=read.campaign, actor=None)
    cancel_run(run, reader=make_reader("administrator"))

    perform(run)

    assert (run.state, AgreementReport.objects.exists()) == ("cancelled", False)


def test_a_run_of_another_worker_is_left_alone(read):
    run, _ = request_agreement(campaign=read.campaign, actor=None)
    claim_run(AgreementRun, run.id, worker="other")

    assert perform(run).state == "running"
    assert not PairComparison.objects.exists()


@pytest.mark.parametrize("model", [PairComparison, ReadingPair, SegmentVotes, AgreementReport])
def test_what_is_compared_is_written_once(read, model):
    compare_readings(read.campaign)

    with pytest.raises((IntegrityError, InternalError), match="written once"), transaction.atomic():
        model.objects.all()._raw_delete("default")
