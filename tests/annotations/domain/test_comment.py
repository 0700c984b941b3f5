import uuid

import pytest

from annotations.domain.comment import add_event, is_resolved, open_mentions_of, people_to_call, write_comment
from annotations.errors import CommentRefusedError
from annotations.models import Comment, CommentEvent
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.comment import make_comment, make_comment_draft
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def act(comment, kind, author=None, text=""):
    return add_event(
        comment=comment, author=author or comment.author, event_id=uuid.uuid4(), kind=kind, text=text
    )


def test_a_comment_keeps_its_place_and_how_the_image_looked():
    annotation = make_annotation()
    draft = make_comment_draft("  Two walls or one?\n", is_inverted=True, window_width=321.5)

    comment = write_comment(annotation=annotation, author=annotation.reader, draft=draft)

    comment.refresh_from_db()
    assert comment.text == "Two walls or one?"
    kept = {name: getattr(comment, name) for name in vars(draft)}
    assert kept == {**vars(draft), "text": "Two walls or one?"}


def test_a_comment_sent_twice_is_one_comment():
    annotation = make_annotation()
    draft = make_comment_draft()

    first, second = (
        write_comment(annotation=annotation, author=annotation.reader, draft=draft) for _ in range(2)
    )

    assert first == second
    assert Comment.objects.count() == 1


def test_an_id_of_another_annotation_is_refused():
    annotation, other = make_annotation(), make_annotation()
    draft = make_comment_draft()
    write_comment(annotation=annotation, author=annotation.reader, draft=draft)

    with pytest.raises(CommentRefusedError) as refusal:
        write_comment(annotation=other, author=other.reader, draft=draft)

    assert refusal.value.code == "comment_id_taken"


@pytest.mark.parametrize("place", [{"x_px": -1.0}, {"x_px": 48.5}, {"y_px": 64.1}, {"y_px": float("nan")}])
def test_a_comment_outside_the_image_is_refused(place):
    annotation = make_annotation()

    with pytest.raises(CommentRefusedError) as refusal:
        write_comment(annotation=annotation, author=annotation.reader, draft=make_comment_draft(**place))

    assert refusal.value.code == "comment_outside_image"


def test_comments_stay_possible_after_submission():
    assert make_comment(make_annotation(submitted=True)).text == "Is this BAC?"


def test_a_comment_is_settled_and_opened_again_and_nothing_is_lost():
    comment = make_comment(make_annotation())

    act(comment, "reply", text="I think so.")
    act(comment, "resolve")
    assert is_resolved(comment.events.all())

    act(comment, "reply", text="Wait.")
    assert is_resolved(comment.events.all())

    act(comment, "reopen")
    assert not is_resolved(comment.events.all())
    assert [event.kind for event in comment.events.all()] == ["reply", "resolve", "reply", "reopen"]


def test_an_answer_needs_words():
    comment = make_comment(make_annotation())

    with pytest.raises(CommentRefusedError) as refusal:
        act(comment, "reply", text="  ")

    assert refusal.value.code == "comment_empty"
    assert not CommentEvent.objects.exists()


def test_an_event_sent_twice_is_stored_once():
    comment, event_id = make_comment(make_annotation()), uuid.uuid4()

    for _ in range(2):
        add_event(comment=comment, author=comment.author, event_id=event_id, kind="resolve")

    assert comment.events.count() == 1


def test_a_mention_calls_a_person_until_the_comment_is_settled():
    annotation, expert = make_annotation(submitted=True), make_reader("adjudicator")
    comment = make_comment(annotation, text=f"@{expert.pseudonym}, is this BAC?")

    assert list(open_mentions_of(expert)) == [comment]
    assert list(open_mentions_of(annotation.reader)) == []

    act(comment, "resolve", author=expert)
    assert list(open_mentions_of(expert)) == []

    act(comment, "reopen")
    assert list(open_mentions_of(expert)) == [comment]


def test_nobody_is_offered_to_call_herself_and_whom_she_may_call_is_said():
    annotation, expert = make_annotation(), make_reader("adjudicator")
    own = annotation.reader

    assert list(people_to_call(annotation, own)) == []
    with pytest.raises(CommentRefusedError, match=r"is you.*Nobody else .* before it is sub") as refusal:
        make_comment(annotation, text=f"@{own.pseudonym} look")
    assert refusal.value.code == "mention_unknown"
    with pytest.raises(CommentRefusedError, match="before it is submitted"):
        make_comment(annotation, text=f"@{expert.pseudonym} look")

    annotation.state = "submitted"
    annotation.save()
    assert expert in people_to_call(annotation, own)
    assert own not in people_to_call(annotation, own)
    with pytest.raises(CommentRefusedError, match=f"You can call .*@{expert.pseudonym}"):
        make_comment(annotation, text="@nobody-here look")


def test_an_answer_calls_too():
    annotation, expert = make_annotation(submitted=True), make_reader("adjudicator")
    comment = make_comment(annotation, author=expert)

    act(comment, "reply", author=expert, text=f"@{annotation.reader.pseudonym} please look again.")

    assert list(open_mentions_of(annotation.reader)) == [comment]


def test_who_may_not_see_the_annotation_cannot_be_called():
    annotation, expert = make_annotation(), make_reader("adjudicator")

    with pytest.raises(CommentRefusedError) as refusal:
        make_comment(annotation, text=f"@{expert.pseudonym} look")

    assert refusal.value.code == "mention_unknown"
    nobody = refusal.value.message.replace(expert.pseudonym, "Rx")
    with pytest.raises(CommentRefusedError) as refusal:
        make_comment(annotation, text="@Rx look")
    assert refusal.value.message == nobody, "the words tell nothing about who is there"
    assert not Comment.objects.exists()


def test_a_call_is_not_seen_while_its_exam_is_hers_to_read():
    annotation, expert = make_annotation(submitted=True), make_reader("adjudicator")
    make_comment(annotation, text=f"@{expert.pseudonym} look")

    make_assignment(expert, annotation.mammogram.study)

    assert list(open_mentions_of(expert)) == []
