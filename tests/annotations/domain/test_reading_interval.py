import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.domain.reading_interval import (
    IntervalDraft,
    active_seconds,
    activity_on,
    record_intervals,
)
from annotations.errors import ForbiddenError, ReadingIntervalRefusedError
from annotations.models import Annotation, ReadingInterval
from tests.factories.annotation import make_annotation
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def record(annotation, *spans_s):
    """Store stretches that began so many seconds ago and lasted so many."""
    intervals = [IntervalDraft(uuid.uuid4(), int(age * 1000), int(length * 1000)) for age, length in spans_s]
    record_intervals(annotation=annotation, reader=annotation.reader, intervals=intervals)


def test_time_between_stretches_does_not_count():
    annotation = make_annotation()

    record(annotation, (600, 20), (300, 10.5))

    assert active_seconds(annotation) == pytest.approx(30.5, abs=1e-3)


def test_stretches_of_two_pages_that_overlap_count_once():
    annotation = make_annotation()

    record(annotation, (100, 40), (80, 10), (70, 30))

    assert active_seconds(annotation) == pytest.approx(60.0, abs=1e-3)


@pytest.mark.parametrize("submitted_s_ago", [None, 90, 65, 0, 1000])
def test_many_annotations_added_up_at_once_say_what_each_does(submitted_s_ago):
    annotation = make_annotation()
    record(annotation, (500, 1.234), (100, 40), (100, 40), (80, 10), (70, 30), (20, 5))
    if submitted_s_ago is not None:
        Annotation.objects.update(submitted_at=timezone.now() - timedelta(seconds=submitted_s_ago))
        annotation.refresh_from_db()
    make_annotation()

    found = activity_on(Annotation.objects.all())

    assert list(found) == [annotation.id]
    assert found[annotation.id].seconds == active_seconds(annotation)
    assert found[annotation.id].began_at == annotation.reading_intervals.earliest("started_at").started_at


def test_nobody_has_worked_on_an_untouched_image():
    assert active_seconds(make_annotation()) == 0


def test_a_stretch_sent_twice_is_stored_once_where_it_was_put_first():
    annotation = make_annotation()
    sent, again = (IntervalDraft(uuid.UUID(int=7), age, 5_000) for age in (60_000, 90_000))
    record_intervals(annotation=annotation, reader=annotation.reader, intervals=[sent])
    stored = ReadingInterval.objects.get()

    record_intervals(annotation=annotation, reader=annotation.reader, intervals=[again])

    assert ReadingInterval.objects.get().started_at == stored.started_at
    assert active_seconds(annotation) == 5.0


def test_the_start_is_by_the_servers_clock():
    annotation = make_annotation()
    before = timezone.now()

    record(annotation, (60, 1))

    started_at = ReadingInterval.objects.get().started_at
    assert timedelta() <= started_at - (before - timedelta(seconds=60)) < timedelta(seconds=5)


def test_what_is_looked_at_after_submission_does_not_count():
    annotation = make_annotation(submitted=True)
    annotation.submitted_at = timezone.now() - timedelta(seconds=30)

    record(annotation, (50, 40), (10, 5))

    assert active_seconds(annotation) == pytest.approx(20.0, abs=0.5)


@pytest.mark.parametrize(
    ("age_ms", "duration_ms"),
    [(10_000, 0), (10_000, -5), (10_000, 10_001), (10_000_000, 600_001), (31 * 24 * 3600 * 1000, 1000)],
    ids=["nothing", "backwards", "into the future", "longer than any", "last month"],
)
def test_a_stretch_that_cannot_have_been_is_refused_and_none_of_its_request_stored(age_ms, duration_ms):
    annotation = make_annotation()
    good, bad = (
        IntervalDraft(uuid.uuid4(), 9_000, 1_000),
        IntervalDraft(uuid.uuid4(), age_ms, duration_ms),
    )

    with pytest.raises(ReadingIntervalRefusedError):
        record_intervals(annotation=annotation, reader=annotation.reader, intervals=[good, bad])

    assert not ReadingInterval.objects.exists()


def test_time_on_another_readers_annotation_is_not_hers():
    annotation = make_annotation(submitted=True)

    with pytest.raises(ForbiddenError):
        record_intervals(annotation=annotation, reader=make_reader("adjudicator"), intervals=[])
