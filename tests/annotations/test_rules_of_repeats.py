"""Whoever reads an exam once more is blind to her own first reading of it, and is not told of the repeat."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.domain.worklist import shelves_of
from annotations.enums import CampaignPurpose, Role
from annotations.models import Annotation, Assignment
from annotations.rules import annotations_visible_to, people_who_may_see
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def read(role: str = Role.READER, *, submitted: bool = True) -> Annotation:
    mammogram = make_mammogram()
    assignment = make_assignment(make_reader(role), mammogram.study)
    return make_annotation(mammogram, assignment=assignment, submitted=submitted)


def repeat(first: Assignment, *, in_days: int = 0) -> Assignment:
    return Assignment.objects.create(
        campaign=first.campaign,
        study=first.study,
        reader=first.reader,
        round=first.round + 1,
        opens_on=timezone.localdate() + timedelta(days=in_days),
    )


def submit(assignment: Assignment) -> None:
    make_annotation(assignment.study.mammograms.get(), assignment=assignment, submitted=True)


@pytest.mark.parametrize("role", [Role.READER, Role.ADJUDICATOR, Role.DATA_SCIENTIST])
@pytest.mark.parametrize("in_days", [0, 28], ids=["opened", "washing_out"])
def test_own_first_reading_is_hidden_until_the_repeat_is_submitted(role, in_days):
    annotation = read(role)
    reader = annotation.reader
    again = repeat(annotation.assignment, in_days=in_days)

    assert not annotations_visible_to(reader).exists()
    assert not people_who_may_see(annotation).filter(id=reader.id).exists()

    Assignment.objects.filter(id=again.id).update(opens_on=None)
    again.refresh_from_db()
    submit(again)

    assert annotations_visible_to(reader).count() == 2
    assert people_who_may_see(annotation).filter(id=reader.id).exists()


def test_what_she_corrected_of_her_first_reading_is_hidden_with_it():
    annotation = read()
    corrected = Annotation.objects.create(
        mammogram=annotation.mammogram, reader=annotation.reader, derived_from=annotation
    )
    assert corrected in annotations_visible_to(annotation.reader)

    repeat(annotation.assignment)

    assert not annotations_visible_to(annotation.reader).exists()


def test_first_reading_that_still_goes_on_is_hers_to_see():
    annotation = read(submitted=False)
    repeat(annotation.assignment)

    assert list(annotations_visible_to(annotation.reader)) == [annotation]


def test_repeat_hides_no_other_exam_no_other_campaign_and_nothing_from_another_reader():
    annotation, other_exam = read(), read()
    elsewhere = make_annotation(
        annotation.mammogram,
        assignment=make_assignment(annotation.reader, annotation.mammogram.study),
        submitted=True,
    )
    others = make_annotation(
        annotation.mammogram,
        assignment=make_assignment(make_reader(), annotation.mammogram.study, annotation.assignment.campaign),
        submitted=True,
    )
    repeat(annotation.assignment)

    assert list(annotations_visible_to(annotation.reader)) == [elsewhere]
    assert list(annotations_visible_to(others.reader)) == [others]
    assert list(annotations_visible_to(other_exam.reader)) == [other_exam]


def test_repeat_in_progress_is_seen_without_the_first_reading():
    annotation = read()
    again = repeat(annotation.assignment)
    drawn = make_annotation(annotation.mammogram, assignment=again)

    assert list(annotations_visible_to(annotation.reader)) == [drawn]


def test_no_page_and_no_answer_opens_the_first_reading(client):
    annotation = read()
    repeat(annotation.assignment)
    client.force_login(annotation.reader.user)

    for name in ("viewer", "api-annotation", "api-annotation-operations", "api-comments", "api-coverage"):
        assert client.get(reverse(name, args=[annotation.id])).status_code == 404, name
    pair = {"reference": annotation.id, "candidate": annotation.id}
    assert client.get(reverse("api-comparison"), pair).status_code == 404
    assert client.get(reverse("comparison"), pair).context["choices"] == []
    asked = client.post(reverse("api-correction-request", args=[annotation.id]))
    assert asked.status_code == 404


@pytest.mark.parametrize("in_days", [0, 28], ids=["opened", "washing_out"])
def test_list_of_exams_names_no_reading_that_is_repeated_and_does_not_tell_which_it_is(client, in_days):
    annotation = read()
    first = annotation.assignment
    beside = make_mammogram()
    not_repeated = make_annotation(
        beside, assignment=make_assignment(first.reader, beside.study, first.campaign), submitted=True
    )
    client.force_login(first.reader.user)
    before = client.get(reverse("api-assignments")).content.decode()
    repeat(first, in_days=in_days)

    answer = client.get(reverse("api-assignments"))

    assert str(annotation.id) in before
    assert str(annotation.id) not in answer.content.decode()
    assert str(not_repeated.id) not in answer.content.decode()
    rows = [row for row in answer.json() if row["state"] == "submitted"]
    # On the day of the repeat the exam is to be read, as on the worklist, and no longer among what is done.
    assert [row["images"][0]["state"] for row in rows] == ["submitted"] * (1 if in_days == 0 else 2)


def test_exam_is_on_the_worklist_once_and_nothing_changes_before_the_day_of_the_repeat(client):
    annotation = read()
    first = annotation.assignment
    again = repeat(first, in_days=1)

    (shelf,) = shelves_of(first.reader)
    assert (shelf.open_ids, shelf.done_ids, shelf.done_count) == ([], [first.id], 1)

    Assignment.objects.filter(id=again.id).update(opens_on=timezone.localdate())
    (shelf,) = shelves_of(first.reader)
    assert (shelf.open_ids, shelf.done_ids, shelf.done_count) == ([again.id], [], 0)
    client.force_login(first.reader.user)
    page = client.get(reverse("worklist_done", args=[first.campaign_id]))
    assert page.context["exams"] == []

    again.refresh_from_db()
    submit(again)
    (shelf,) = shelves_of(first.reader)
    assert set(shelf.done_ids) == {first.id, again.id}


def test_new_image_of_a_repeated_exam_is_counted_once():
    annotation = read()
    first = annotation.assignment
    again = repeat(first)
    make_mammogram(study=first.study)

    (shelf,) = shelves_of(first.reader)

    assert set(shelf.open_ids) == {first.id, again.id}
    assert (shelf.open_count, shelf.done_count) == (2, 0)


@pytest.mark.parametrize("in_days", [0, 28], ids=["opened", "washing_out"])
def test_no_exam_that_she_ended_opens_again_where_some_are_repeated(client, in_days):
    annotation = read()
    first = annotation.assignment
    beside = make_assignment(first.reader, make_mammogram().study, first.campaign)
    submit(beside)
    client.force_login(first.reader.user)
    before = [_opened(client, each) for each in (first, beside)]

    repeat(first, in_days=in_days)

    assert [(status, answers) for status, _address, answers in before] == [(201, 200)] * 2
    assert "/" not in [address for _status, address, _answers in before]
    after = [_opened(client, each) for each in (first, beside)]
    assert after == [(409, "/", 404)] * 2


def test_exam_that_still_goes_on_opens_where_others_are_repeated(client):
    first = read().assignment
    repeat(first)
    going_on = make_assignment(first.reader, make_mammogram().study, first.campaign)
    drawn = make_annotation(going_on.study.mammograms.get(), assignment=going_on)
    client.force_login(first.reader.user)

    assert _opened(client, going_on) == (201, reverse("viewer", args=[drawn.id]), 200)


def test_reader_in_training_opens_what_she_tried_before_but_not_while_she_tries_again(client):
    first = read().assignment
    first.campaign.purpose = CampaignPurpose.TRAINING
    first.campaign.save()
    again = repeat(first)
    client.force_login(first.reader.user)
    assert _opened(client, first) == (409, "/", 404)

    submit(again)

    assert _opened(client, first)[::2] == (201, 200)


def _opened(client, assignment: Assignment) -> tuple[int, str, int]:
    """Ask in three ways for what she made of an exam."""
    image = {"mammogram": str(assignment.study.mammograms.get().id)}
    return (
        client.post(
            reverse("api-assignment-annotations", args=[assignment.id]), image, "application/json"
        ).status_code,
        client.post(reverse("read_exam", args=[assignment.id]))["Location"],
        client.get(reverse("api-exam-answers", args=[assignment.id])).status_code,
    )
