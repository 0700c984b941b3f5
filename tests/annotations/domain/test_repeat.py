import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from annotations.domain.annotation import open_annotation
from annotations.domain.next_exam import readable
from annotations.domain.repeat import draw_repeats, first_day_after
from annotations.errors import ExamNotOpenError
from annotations.models import Assignment, AuditEntry
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reading_plan import give_out_exams, make_readers

pytestmark = pytest.mark.django_db

READERS = [uuid.UUID(int=number) for number in range(3)]
READINGS = st.dictionaries(st.sampled_from(READERS), st.lists(st.uuids(), max_size=30, unique=True))


@given(readings=READINGS, share=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_each_reader_repeats_her_share_of_her_own_exams(readings, share, seed):
    drawn = draw_repeats(readings, share=share, seed=seed, repeated={})

    for reader, studies in readings.items():
        own = [study for study, who in drawn if who == reader]
        assert set(own) <= set(studies)
        assert len(own) == len(set(own))
        assert share * len(studies) - 1e-6 <= len(own) < share * len(studies) + 1
    assert drawn == draw_repeats(readings, share=share, seed=seed, repeated={})


@given(readings=READINGS, seed=st.integers(0, 2**32 - 1))
def test_repeats_drawn_before_count_and_are_not_drawn_again(readings, seed):
    before = {}
    for study, reader in draw_repeats(readings, share=0.2, seed=seed, repeated={}):
        before.setdefault(reader, []).append(study)

    more = draw_repeats(readings, share=0.5, seed=seed + 1, repeated=before)

    for reader, studies in readings.items():
        own = [study for study, who in more if who == reader]
        assert not set(own) & set(before.get(reader, []))
        assert len(own) + len(before.get(reader, [])) == -(-len(studies) // 2)


@given(
    seconds=st.integers(0, 10 * 365 * 86_400),
    days=st.integers(1, 400),
)
def test_the_first_day_begins_when_the_wash_out_is_over_and_not_a_day_later(seconds, days):
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    day = first_day_after(moment, days)

    begins = timezone.make_aware(datetime.combine(day, time()))
    assert timedelta(days=days) <= begins - moment < timedelta(days=days + 1)


def plan_with_repeats(due_on=None):
    campaign, (reader,) = make_campaign(), make_readers(1)
    studies = [make_mammogram().study for _ in range(4)]
    give_out_exams(campaign, studies, [reader], repeat_share=0.5, wash_out_days=28, due_on=due_on)
    return campaign, reader


def test_repeat_opens_after_the_wash_out_of_its_own_first_reading():
    campaign, reader = plan_with_repeats(due_on=timezone.localdate() + timedelta(days=10))
    repeat = campaign.assignments.filter(round=2).first()
    first = campaign.assignments.get(round=1, study=repeat.study)
    assert repeat.due_on is None

    make_annotation(first.study.mammograms.get(), assignment=first, submitted=True)

    first.refresh_from_db()
    repeat.refresh_from_db()
    assert repeat.opens_on == first_day_after(first.submitted_at, 28)
    assert repeat.due_on == repeat.opens_on + timedelta(days=10)
    assert AuditEntry.objects.get(act="open_repeat").subject_id == str(repeat.id)
    assert not readable(reader).filter(round=2).exists()
    with pytest.raises(ExamNotOpenError, match="not open yet") as refused:
        open_annotation(assignment=repeat, mammogram=repeat.study.mammograms.get())
    assert refused.value.code == "not_open_yet"
    assert "second" not in refused.value.message  # that it is a repeat is not said
    Assignment.objects.filter(id=repeat.id).update(opens_on=timezone.localdate())
    repeat.refresh_from_db()
    assert readable(reader).filter(id=repeat.id).exists()
    assert open_annotation(assignment=repeat, mammogram=repeat.study.mammograms.get()).version == 0


def test_repeats_of_what_was_submitted_long_ago_count_from_then():
    campaign, reader = make_campaign(), make_readers(1)[0]
    studies = [make_mammogram().study for _ in range(2)]
    give_out_exams(campaign, studies, [reader], seed=1)
    campaign.assignments.update(state="submitted", submitted_at=datetime(2026, 1, 5, 12, tzinfo=UTC))

    give_out_exams(campaign, [], [reader], seed=2, repeat_share=1, wash_out_days=28)

    assert set(campaign.assignments.filter(round=2).values_list("opens_on", flat=True)) == {date(2026, 2, 3)}
    assert readable(reader).filter(round=2).count() == 2
