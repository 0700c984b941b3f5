import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import Annotation, Assignment, Guideline
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers

pytestmark = pytest.mark.django_db


def give(reader, campaign, **facts):
    assignment = make_assignment(reader, study=make_mammogram().study, campaign=campaign)
    Assignment.objects.filter(id=assignment.id).update(**facts)
    return assignment


def press(client, name, *args, **fields):
    return client.post(reverse(name, args=args), fields, follow=True)


def test_next_exam_opens_it(client):
    reader, campaign = make_reader(), make_campaign()
    give(reader, campaign, position=2)
    first = give(reader, campaign, position=1)
    client.force_login(reader.user)

    answer = client.post(reverse("next_exam"))

    annotation = Annotation.objects.get()
    assert annotation.assignment == first
    assert answer["Location"] == reverse("viewer", args=[annotation.id])


def test_next_exam_comes_from_the_pool(client):
    campaign, (reader,) = make_campaign(), make_readers(1)
    give_out_exams(campaign, [make_mammogram().study], [reader], is_pool=True)
    client.force_login(reader.user)

    worklist = client.get(reverse("worklist")).content.decode()
    assert "whoever asks next gets one" in worklist
    answer = press(client, "next_exam")

    facts = answer.context["facts"]
    assert facts["exam"]["held_assignment"] == str(Assignment.objects.get().id)
    assert (
        "1</span> exam left to read, one of them in progress"
        in client.get(reverse("worklist")).content.decode()
    )


def test_exam_that_is_hers_by_name_is_held_by_no_lease(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)

    answer = client.get(reverse("viewer", args=[annotation.id]))

    assert answer.context["facts"]["exam"]["held_assignment"] is None


def test_nothing_left_is_said(client):
    client.force_login(make_reader().user)

    assert "All read. Nothing is left for you." in press(client, "next_exam").content.decode()


def test_what_opens_later_is_named(client):
    reader = make_reader()
    give(reader, make_campaign(), opens_on=timezone.localdate().replace(year=2099, month=3, day=4))
    client.force_login(reader.user)

    assert "The next exams open on 4 Mar 2099." in press(client, "next_exam").content.decode()


def test_guideline_comes_before_the_exam(client):
    reader, campaign = make_reader(), make_campaign()
    give(reader, campaign)
    Guideline.objects.create(campaign=campaign, number=1, text="Label it.")
    client.force_login(reader.user)

    answer = press(client, "next_exam")

    assert answer.redirect_chain[-1][0] == reverse("campaign_guideline", args=[campaign.id])
    assert not Annotation.objects.exists()


def test_skip_with_a_reason_opens_the_next(client):
    reader, campaign = make_reader(), make_campaign()
    first = give(reader, campaign, position=1)
    second = give(reader, campaign, position=2)
    client.force_login(reader.user)

    answer = press(client, "skip_exam", first.id, reason="Poor image quality", details="Moved")

    first.refresh_from_db()
    assert (first.state, first.end_reason) == ("skipped", "Poor image quality: Moved")
    assert answer.context["assignment"] == second


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Say why you skip this exam."),
        ({"reason": "Boredom"}, "Boredom"),
        ({"reason": "Something else"}, "Say in a few words"),
        ({"reason": "Poor image quality", "details": "x" * 500}, "at most 450"),
    ],
    ids=["empty", "unknown", "no-words", "long"],
)
def test_skip_without_a_good_reason_is_refused_with_words(client, fields, words):
    assignment = give(make_reader(), make_campaign())
    client.force_login(assignment.reader.user)

    page = press(client, "skip_exam", assignment.id, **fields).content.decode()

    assignment.refresh_from_db()
    assert assignment.state == "open"
    assert "Not skipped." in page
    assert words in page


def test_skip_of_the_last_exam_is_confirmed_on_the_worklist(client):
    assignment = give(make_reader(), make_campaign())
    client.force_login(assignment.reader.user)

    page = press(client, "skip_exam", assignment.id, reason="I know this patient").content.decode()

    assert "is skipped: I know this patient." in page
    assert "All read. Nothing is left for you." in page


def test_submitted_exam_is_not_skipped_and_says_so(client):
    assignment = make_annotation(submitted=True).assignment
    client.force_login(assignment.reader.user)

    page = press(client, "skip_exam", assignment.id, reason="I know this patient").content.decode()

    assert "only an open one can be skipped" in page


def test_grade_is_kept_on_the_way_to_the_next_exam_or_on_the_worklist(client):
    annotation = make_annotation(submitted=True)
    assignment = annotation.assignment
    following = give(annotation.reader, assignment.campaign)
    client.force_login(annotation.reader.user)

    answer = press(client, "grade_exam", assignment.id, grade="hard", next="1")
    assert answer.context["assignment"] == following
    assert Assignment.objects.get(id=assignment.id).grade == "hard"

    press(client, "grade_exam", assignment.id, next="1")  # nothing said takes nothing back
    assert Assignment.objects.get(id=assignment.id).grade == "hard"

    page = press(client, "grade_exam", assignment.id, grade="").content.decode()
    assert Assignment.objects.get(id=assignment.id).grade == ""
    assert "Difficulty" in page


def test_unknown_grade_changes_nothing(client):
    assignment = make_assignment()
    client.force_login(assignment.reader.user)

    page = press(client, "grade_exam", assignment.id, grade="awful").content.decode()

    assert "awful is not one of the available choices" in page


@pytest.mark.parametrize("name", ["skip_exam", "grade_exam"])
def test_exam_of_another_reader_is_not_there(client, name):
    assignment = make_assignment()
    client.force_login(make_reader().user)

    assert press(client, name, assignment.id, reason="Poor image quality").status_code == 404


def test_withdrawn_exam_is_shown_and_takes_nothing(client):
    annotation = make_annotation(answer="yes")
    Assignment.objects.update(state="withdrawn", ended_at=timezone.now(), end_reason="Wrong patient.")
    client.force_login(annotation.reader.user)

    page = client.get(reverse("viewer", args=[annotation.id])).content.decode()
    assert 'data-read-only="true"' in page
    assert "withdrawn by the lead: Wrong patient." in page

    again = press(client, "read_exam", annotation.assignment_id).content.decode()
    assert "This exam was withdrawn: Wrong patient." in again
