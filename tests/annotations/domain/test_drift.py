from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.domain.drift import EXAMS_BEFORE, LEAST_EXAMS, read_exams
from annotations.domain.drift_picture import ALONG, drift_pictures, unknown_quantities
from annotations.domain.reading_measure import measure_reading
from annotations.domain.reference_exam import take_known_reference
from annotations.domain.reference_report import reference_rows
from annotations.models import Annotation, Assignment, ReadingInterval
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
LINE = masks.to_dense(masks.polyline(64, 48, [(32.0, 6.0), (32.0, 42.0)], 5.0))
EXAMS, DAYS, SESSION = ALONG


def read(campaign, reader, *, ends_at, active_s=60.0, drawn=LINE, mammogram=None):
    """Read an exam as if it had been submitted at a time, after so long at work."""
    mammogram = mammogram or make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    assignment = make_assignment(reader, mammogram.study, campaign)
    annotation = make_annotation(mammogram, assignment=assignment, labels={"bac": drawn}, submitted=True)
    Annotation.objects.filter(id=annotation.id).update(submitted_at=ends_at)
    Assignment.objects.filter(id=assignment.id).update(submitted_at=ends_at)
    ReadingInterval.objects.create(
        annotation=annotation,
        started_at=ends_at - timedelta(seconds=active_s),
        duration_ms=int(active_s * 1000),
    )
    measure_reading(annotation.id)
    return annotation


def test_exams_come_in_order_with_time_length_and_place_in_session():
    campaign, reader = make_campaign(), make_reader()
    for minutes in (10, 20, 100):
        read(campaign, reader, ends_at=START + timedelta(minutes=minutes), active_s=120)

    (exams,) = read_exams(campaign).values()

    assert [exam.number for exam in exams] == [1, 2, 3]
    assert [exam.active_s for exam in exams] == [120, 120, 120]
    assert [exam.minutes_in_session for exam in exams] == [2, 12, 2]
    assert [round(exam.day * 1440) for exam in exams] == [0, 10, 90]
    assert exams[0].bac_mm == pytest.approx(3.2, abs=0.6)
    assert exams[0].reference_share is None
    assert exams[0].agreement is None


def test_time_of_two_pages_counts_once():
    campaign, reader = make_campaign(), make_reader()
    annotation = read(campaign, reader, ends_at=START, active_s=60)
    ReadingInterval.objects.create(
        annotation=annotation, started_at=START - timedelta(seconds=90), duration_ms=60_000
    )

    (exams,) = read_exams(campaign).values()

    assert exams[0].active_s == 90


def test_reference_share_and_report_are_those_of_the_scores():
    campaign, reader = make_campaign(), make_reader()
    half = LINE.copy()
    half[:, 24:] = False
    for drawn in (LINE, half, half, LINE, half):
        mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
        take_known_reference(
            campaign=campaign,
            study=mammogram.study,
            masks={mammogram.id: make_patch(LINE)},
            maximum_tries=1,
            actor=None,
        )
        read(campaign, reader, ends_at=START, drawn=drawn, mammogram=mammogram)

    (row,) = reference_rows(campaign)

    (exams,) = read_exams(campaign).values()
    shares = sorted(exam.reference_share for exam in exams)
    assert shares[-1] == pytest.approx(1.0)
    assert 0.5 < shares[0] < 0.9
    assert (row.reader, row.exams, row.images) == (reader.pseudonym, 5, 5)
    assert row.length.value == pytest.approx(np.mean(shares))
    assert row.length.low <= row.length.value <= row.length.high
    assert row.length.reason == ""
    assert (row.segments.value, row.segments.n) == (1.0, 5)
    assert (row.segments.low, row.segments.reason) == (None, "no difference yet")
    assert row.extra_mm == 0


def test_reader_with_one_reference_has_no_interval():
    campaign = make_campaign()
    mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    take_known_reference(
        campaign=campaign,
        study=mammogram.study,
        masks={mammogram.id: make_patch(LINE)},
        maximum_tries=1,
        actor=None,
    )
    read(campaign, make_reader(), ends_at=START, mammogram=mammogram)

    (row,) = reference_rows(campaign)

    assert row.length.value == pytest.approx(1.0)
    assert (row.length.low, row.length.reason) == (None, "one patient")


def test_newest_exams_say_the_same_whether_or_not_earlier_ones_are_shown():
    campaign, readers = make_campaign(), [make_reader(), make_reader()]
    for number in range(LEAST_EXAMS + 3):
        for reader in readers:
            read(campaign, reader, ends_at=START + timedelta(minutes=7 * number), active_s=60 + number)
    everything = read_exams(campaign)

    with CaptureQueriesContext(connection) as queries:
        newest = read_exams(campaign, most=2 * LEAST_EXAMS)

    assert [exams[-1].number for exams in newest.values()] == [LEAST_EXAMS + 3] * 2
    assert newest == {reader: exams[-LEAST_EXAMS:] for reader, exams in everything.items()}
    assert len(queries) == 6
    drifts = drift_pictures(newest, SESSION, address_of=lambda _exam: "")
    assert [(drift.exams, drift.submitted) for drift in drifts] == [(LEAST_EXAMS, LEAST_EXAMS + 3)] * 2


def test_no_more_is_fetched_than_is_shown_and_what_a_session_needs():
    campaign, reader = make_campaign(), make_reader()
    fetched = LEAST_EXAMS + EXAMS_BEFORE
    Assignment.objects.bulk_create(
        Assignment(
            campaign=campaign,
            reader=reader,
            study=make_study(),
            state="submitted",
            submitted_at=START + timedelta(minutes=20 * number),
        )
        for number in range(fetched + 5)
    )

    (exams,) = read_exams(campaign, most=1).values()

    assert [exam.number for exam in exams] == list(range(fetched + 6 - LEAST_EXAMS, fetched + 6))
    # One session of them all: it is counted from the oldest that was fetched.
    assert exams[-1].minutes_in_session == 20 * (fetched - 1)


def test_slower_exams_over_time_show_as_a_clear_trend():
    campaign, reader = make_campaign(), make_reader()
    for number in range(10):
        read(campaign, reader, ends_at=START + timedelta(days=number), active_s=60 + 30 * number)

    (drift,) = drift_pictures(read_exams(campaign), EXAMS, address_of=lambda _exam: "")

    time = drift.multiples[0]
    assert time.n == 10
    assert time.trend_words == "+5 min in 10 exams (+5 to +5)."
    assert time.plot.trend.startswith("M")
    assert [multiple.quantity.key for multiple in drift.multiples] == ["time", "length"]


def test_what_is_not_known_is_told_once_and_of_whom():
    campaign, measured, unmeasured = make_campaign(), make_reader(), make_reader()
    read(campaign, measured, ends_at=START)
    read(campaign, unmeasured, ends_at=START, mammogram=make_mammogram(pixel_spacing_mm=None))

    drifts = drift_pictures(read_exams(campaign), EXAMS, address_of=lambda _exam: "")
    length, *others = unknown_quantities(drifts)

    assert (length.quantity.key, length.readers) == ("length", [unmeasured.pseudonym])
    assert not length.is_of_all
    assert [(unknown.quantity.key, unknown.is_of_all) for unknown in others] == [
        ("reference", True),
        ("agreement", True),
    ]
    assert [multiple.trend_words for drift in drifts for multiple in drift.multiples] == [""] * 3


@pytest.mark.parametrize("along", ALONG, ids=[along.key for along in ALONG])
def test_readers_stand_by_pseudonym_and_share_their_scales(along):
    campaign = make_campaign()
    for minutes, reader in enumerate([make_reader() for _ in range(3)]):
        read(campaign, reader, ends_at=START, active_s=60 + 60 * minutes)

    drifts = drift_pictures(read_exams(campaign), along, address_of=lambda _exam: "")

    names = [drift.reader for drift in drifts]
    assert names == sorted(names)
    assert len({tuple(drift.multiples[0].plot.y_ticks) for drift in drifts}) == 1


def test_campaign_without_readings_has_no_picture():
    campaign = make_campaign()

    assert drift_pictures(read_exams(campaign), EXAMS, address_of=lambda _exam: "") == []
    assert reference_rows(campaign) == []
