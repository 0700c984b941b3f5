import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.domain import gate
from annotations.domain.annotation import open_annotation
from annotations.domain.guideline import (
    confirm_guideline,
    difference,
    latest,
    unconfirmed,
    write_guideline,
)
from annotations.domain.next_exam import readable
from annotations.errors import ConflictError, GuidelineUnconfirmedError, InvalidError
from annotations.models import AuditEntry, GuidelineConfirmation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

lines = st.lists(st.sampled_from(["", "Label vessels", "- not skin", "Only BAC"]), max_size=8)


def write(campaign, text):
    newest = latest(campaign)
    return write_guideline(
        campaign=campaign,
        text=text,
        actor=make_reader("administrator"),
        seen=newest.number if newest else 0,
    )


def make_exam(campaign=None, reader=None):
    """Give a new exam of one image to a reader; nothing of it is opened."""
    mammogram = make_mammogram()
    return make_assignment(reader, mammogram.study, campaign), mammogram


@pytest.mark.django_db
def test_versions_are_numbered_and_earlier_ones_stay():
    campaign = make_campaign()
    first, second = write(campaign, "Label vessels"), write(campaign, "Label vessels, not skin")

    assert [each.text for each in campaign.guidelines.order_by("number")] == [first.text, second.text]
    assert (latest(campaign), second.number) == (second, 2)
    assert AuditEntry.objects.filter(act="write_guideline").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"),
    [("  ", "guideline_length"), ("x" * 20_001, "guideline_length"), ("A", "guideline_same")],
)
def test_text_that_is_no_new_version_is_refused(text, code):
    campaign = make_campaign()
    write(campaign, "A")

    with pytest.raises(InvalidError) as refused:
        write(campaign, text)

    assert refused.value.code == code


@pytest.mark.django_db
def test_lead_who_wrote_on_an_earlier_version_is_told():
    campaign = make_campaign()
    write(campaign, "A")

    with pytest.raises(ConflictError, match="Version 1 was written meanwhile"):
        write_guideline(campaign=campaign, text="B", actor=None, seen=0)

    assert latest(campaign).text == "A"


@pytest.mark.django_db
def test_exam_opens_once_the_latest_version_is_confirmed_and_keeps_it():
    assignment, mammogram = make_exam()
    write(assignment.campaign, "A")
    reader = assignment.reader
    waiting = (readable(reader).exists(), list(unconfirmed(reader)))
    with pytest.raises(GuidelineUnconfirmedError, match="version 1"):
        open_annotation(assignment=assignment, mammogram=mammogram)

    confirm_guideline(guideline=latest(assignment.campaign), reader=reader)
    open_annotation(assignment=assignment, mammogram=mammogram)
    assignment.refresh_from_db()

    assert waiting == (False, [assignment.campaign])
    assert list(readable(reader)) == [assignment]
    assert assignment.guideline.number == 1


@pytest.mark.django_db
def test_guideline_changed_under_way_lets_what_was_begun_go_on_and_asks_for_the_rest():
    begun, mammogram = make_exam()
    second_image = make_mammogram(study=begun.study)
    campaign, reader = begun.campaign, begun.reader
    confirm_guideline(guideline=write(campaign, "A"), reader=reader)
    open_annotation(assignment=begun, mammogram=mammogram)
    other, other_image = make_exam(campaign, reader)

    write(campaign, "B")
    begun.refresh_from_db()
    open_annotation(assignment=begun, mammogram=second_image)

    assert list(readable(reader)) == [begun]
    with pytest.raises(GuidelineUnconfirmedError, match="version 2"):
        open_annotation(assignment=other, mammogram=other_image)
    confirm_guideline(guideline=latest(campaign), reader=reader)
    open_annotation(assignment=other, mammogram=other_image)
    assert [begun.guideline.number, other.guideline.number] == [1, 2]


@pytest.mark.django_db
def test_exam_begun_before_there_was_a_guideline_goes_on_without_one():
    begun, mammogram = make_exam()
    second_image = make_mammogram(study=begun.study)
    open_annotation(assignment=begun, mammogram=mammogram)

    write(begun.campaign, "A")
    open_annotation(assignment=begun, mammogram=second_image)
    begun.refresh_from_db()

    assert begun.guideline is None


@pytest.mark.django_db
def test_confirmation_is_kept_once_and_only_of_the_latest_version():
    campaign, reader = make_campaign(), make_reader()
    first = write(campaign, "A")
    confirm_guideline(guideline=first, reader=reader)
    confirm_guideline(guideline=first, reader=reader)
    write(campaign, "B")

    with pytest.raises(ConflictError, match="Version 2"):
        confirm_guideline(guideline=first, reader=reader)

    assert GuidelineConfirmation.objects.count() == 1
    assert unconfirmed(reader).filter(id=campaign.id).exists()


@pytest.mark.django_db
def test_campaign_without_a_guideline_asks_for_nothing():
    assignment, mammogram = make_exam()

    assert open_annotation(assignment=assignment, mammogram=mammogram).state == "open"
    assert not unconfirmed(assignment.reader).exists()
    assert not gate.closed_for(assignment.reader).exists()


@given(before=lines, after=lines)
def test_difference_holds_both_versions_whole(before, after):
    changes = difference("\n".join(before), "\n".join(after))

    def told(*kinds):
        return [line for change in changes if change.kind in kinds for line in change.lines]

    assert told("same", "removed") == "\n".join(before).splitlines()
    assert told("same", "added") == "\n".join(after).splitlines()
