import uuid

import pytest
from django.urls import reverse

from annotations.models import Comment
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.comment import make_comment, make_comment_draft
from tests.factories.exam_review import make_correction, make_reading, send_back
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def comments_of(annotation):
    return reverse("api-comments", args=[annotation.id])


def events_of(comment):
    return reverse("api-comment-events", args=[comment.id])


def post(client, address, body):
    return client.post(address, body, content_type="application/json")


def as_sent(**facts):
    return dict(vars(make_comment_draft(**facts)))


def test_a_comment_comes_back_with_everything_that_opens_the_same_view(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)
    sent = as_sent(text="Two walls?", is_inverted=True)

    response = post(client, comments_of(annotation), sent)

    assert response.status_code == 201
    listed = client.get(comments_of(annotation)).json()
    assert listed["people"] == []
    (comment,) = listed["comments"]
    assert comment == response.json()
    assert comment.pop("created_at")
    assert comment == {
        **sent,
        "id": str(sent["id"]),
        "author": annotation.reader.pseudonym,
        "is_resolved": False,
        "events": [],
    }


def test_events_come_in_order_and_settle_the_comment(client):
    annotation = make_annotation(submitted=True)
    comment = make_comment(annotation)
    expert = make_reader("adjudicator")
    client.force_login(expert.user)

    for act, text in (("reply", "Yes."), ("resolve", "")):
        response = post(client, events_of(comment), {"id": uuid.uuid4(), "act": act, "text": text})
        assert response.status_code == 201

    answer = response.json()
    assert answer["is_resolved"] is True
    events = [(event["act"], event["text"], event["author"]) for event in answer["events"]]
    assert events == [("reply", "Yes.", expert.pseudonym), ("resolve", "", expert.pseudonym)]


@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist", "administrator"])
def test_comments_on_an_open_annotation_are_its_readers_alone(client, role):
    comment = make_comment(make_annotation())
    client.force_login(make_reader(role).user)

    answers = [
        client.get(comments_of(comment.annotation)),
        post(client, comments_of(comment.annotation), as_sent()),
        post(client, events_of(comment), {"id": uuid.uuid4(), "act": "resolve"}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_found")] * 3
    assert "Is this BAC?" not in str([answer.content for answer in answers])
    assert Comment.objects.count() == 1


def test_whoever_still_reads_the_exam_is_blind_to_its_comments(client):
    comment = make_comment(make_annotation(submitted=True))
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    assert client.get(comments_of(comment.annotation)).status_code == 200

    make_assignment(expert, comment.annotation.mammogram.study)

    assert client.get(comments_of(comment.annotation)).status_code == 404
    assert post(client, events_of(comment), {"id": uuid.uuid4(), "act": "reopen"}).status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": ""}, "comment_empty"),
        ({"text": "a" * 2001}, "comment_too_long"),
        ({"text": "a\0b"}, "request_not_well_formed"),
        ({"text": "@nobody look"}, "mention_unknown"),
        ({"x_px": 4000}, "comment_outside_image"),
        ({"scale": 0}, "request_not_well_formed"),
        ({"id": "7"}, "request_not_well_formed"),
    ],
)
def test_what_is_no_comment_is_refused_by_name(client, change, code):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)

    response = post(client, comments_of(annotation), {**as_sent(), **change})

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert not Comment.objects.exists()


def test_markup_stays_text(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)

    response = post(client, comments_of(annotation), as_sent(text="<script>alert(1)</script>"))

    assert response.json()["text"] == "<script>alert(1)</script>"
    assert response["Content-Type"] == "application/json"


def test_the_list_asks_the_database_as_often_for_three_comments_as_for_one(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)

    def count():
        with django_assert_max_num_queries(50) as queries:
            client.get(comments_of(annotation))
        return len(queries)

    make_comment(annotation)
    one = count()
    for _ in range(2):
        make_comment(annotation)

    assert count() == one


def test_reader_finds_what_was_said_on_the_copy_that_came_back(client):
    reading, expert = make_reading(make_campaign(), make_reader()), make_reader("adjudicator")
    on_reading = make_comment(reading.annotations.get(), expert, text="One is missing here")
    correction = make_correction(reading, expert)
    make_comment(correction, expert, text="Here it is")
    send_back(reading, expert)
    copy = reading.annotations.get(state="open")

    def said(person, annotation):
        client.force_login(person.user)
        listed = client.get(reverse("api-comments", args=[annotation.id])).json()["comments"]
        return [comment["text"] for comment in listed]

    assert said(reading.reader, copy) == [on_reading.text]
    assert said(expert, correction) == ["One is missing here", "Here it is"]
    assert said(expert, reading.annotations.get(derived_from=None)) == [on_reading.text]
