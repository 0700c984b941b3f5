from uuid import uuid4

import pytest
from django.urls import reverse

from annotations.domain.question import add_question, end_question
from tests.factories.assignment import make_assignment
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(client):
    """Give an exam, with one question about it, to whoever is logged in."""
    assignment = make_assignment()
    add_question(
        campaign=assignment.campaign,
        scope="exam",
        text="Did you need help?",
        answers=["Yes", "No"],
        is_required=True,
        actor=None,
        slug="help",
    )
    client.force_login(assignment.reader.user)
    return assignment


def address(assignment):
    return reverse("api-exam-answers", args=[assignment.id])


def give(client, assignment, value="yes", question="help", **more):
    body = {"question": question, "value": value, **more}
    return client.post(address(assignment), body, content_type="application/json")


def test_what_is_asked_and_answered_comes_back(client, assignment):
    before = client.get(address(assignment)).json()
    given = give(client, assignment)

    assert before["answers"] == {}
    assert before["questions"] == [
        {
            "question": "help",
            "text": "Did you need help?",
            "is_required": True,
            "choices": [{"value": "yes", "text": "Yes"}, {"value": "no", "text": "No"}],
        }
    ]
    assert given.status_code == 201
    assert given.json()["answers"] == client.get(address(assignment)).json()["answers"] == {"help": "yes"}


def test_answer_to_an_ended_question_stays(client, assignment):
    give(client, assignment)
    end_question(question=assignment.campaign.questions.get(), actor=None)

    assert client.get(address(assignment)).json() == {"questions": [], "answers": {"help": "yes"}}


@pytest.mark.parametrize(
    ("value", "question", "status"),
    [("perhaps", "help", 400), ("yes", "other", 400), ("", "help", 400), ("a b", "help", 400)],
)
def test_answer_that_was_not_offered_is_refused_in_plain_words(client, assignment, value, question, status):
    answer = give(client, assignment, value, question)

    assert answer.status_code == status
    assert answer.json()["message"]


def test_exam_of_somebody_else_is_not_found(client, assignment):
    client.force_login(make_reader("adjudicator").user)

    assert client.get(address(assignment)).status_code == 404
    assert give(client, assignment).status_code == 404


def test_answer_that_comes_again_is_stored_once_and_overtakes_no_later_one(client, assignment):
    first, second = str(uuid4()), str(uuid4())
    for answer_id, value in [(first, "yes"), (second, "no"), (first, "yes")]:
        answer = give(client, assignment, value, id=answer_id)

    assert (answer.status_code, answer.json()["answers"]) == (201, {"help": "no"})
    assert [str(pk) for pk in assignment.exam_answers.values_list("id", flat=True)] == [first, second]


def test_answer_that_was_stored_is_acknowledged_although_the_exam_was_submitted_meanwhile(client, assignment):
    answer_id = str(uuid4())
    give(client, assignment, id=answer_id)
    assignment.state, assignment.submitted_at = "submitted", assignment.created_at
    assignment.save()

    assert give(client, assignment, id=answer_id).status_code == 201


def test_id_of_another_answer_is_refused(client, assignment):
    answer_id = str(uuid4())
    give(client, assignment, id=answer_id)
    answer = give(client, assignment, "no", id=answer_id)

    assert (answer.status_code, answer.json()["code"]) == (400, "answer_id_known")


def test_submitted_exam_keeps_its_answers(client, assignment):
    give(client, assignment)
    assignment.state, assignment.submitted_at = "submitted", assignment.created_at
    assignment.save()

    answer = give(client, assignment, "no")

    assert (answer.status_code, answer.json()["code"]) == (409, "exam_not_open")
    assert client.get(address(assignment)).json()["answers"] == {"help": "yes"}
