import numpy as np
import pytest

from annotations.domain.annotation import open_annotation
from annotations.domain.training_feedback import feedback_on, try_again
from annotations.enums import CampaignPurpose
from annotations.errors import FeedbackClosedError, ForbiddenError, MissingError
from annotations.models import Assignment, Campaign
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.training import LINE, make_training, read

pytestmark = pytest.mark.django_db
ELSEWHERE = np.roll(LINE, -22, axis=0)
NOTHING = np.zeros_like(LINE)


def test_what_was_missed_and_what_was_too_much_has_length_and_place():
    assignment, images = make_training(views=2)
    read(assignment, images, NOTHING, ELSEWHERE)

    feedback = feedback_on(assignment)

    first, second = sorted(feedback.images, key=lambda image: image.mammogram != images[0].id)
    (missed,), (extra,) = first.measure.missed, second.measure.extra
    assert missed.length_mm == pytest.approx(3.2, abs=0.6)
    assert (missed.x_px, missed.y_px) == pytest.approx((24, 32), abs=2)
    assert (extra.x_px, extra.y_px) == pytest.approx((24, 10), abs=2)
    assert all(len(ring) >= 4 for ring in missed.outlines)
    (result,) = feedback.tries
    assert (result.found_mm, result.segments_found, result.segments) == (0, 0, 1)
    assert result.extra_mm == pytest.approx(extra.length_mm, abs=0.2)


def test_nothing_is_shown_before_the_whole_exam_is_submitted():
    assignment, images = make_training(views=2)
    with pytest.raises(FeedbackClosedError):
        feedback_on(assignment)
    make_annotation(images[0], assignment=assignment, labels={"bac": LINE}, submitted=True)
    assignment.refresh_from_db()

    with pytest.raises(FeedbackClosedError) as refused:
        feedback_on(assignment)
    assert refused.value.code == "feedback_not_yet"


def test_tries_are_capped_and_their_progress_is_told():
    assignment, images = make_training(tries=2)
    reader = assignment.reader
    read(assignment, images, NOTHING)
    assert feedback_on(assignment).can_try_again

    second = try_again(assignment=assignment, reader=reader)
    read(second, images, LINE)

    feedback = feedback_on(second)
    assert [result.number for result in feedback.tries] == [1, 2]
    assert [round(result.found_mm / result.length_mm, 2) for result in feedback.tries] == [0, 1]
    assert not feedback.can_try_again
    with pytest.raises(FeedbackClosedError) as refused:
        try_again(assignment=second, reader=reader)
    assert refused.value.code == "tries_used"
    assert Assignment.objects.filter(reader=reader).count() == 2


def test_answer_of_an_earlier_try_is_closed_while_a_further_one_is_open():
    assignment, images = make_training()
    read(assignment, images, NOTHING)
    try_again(assignment=assignment, reader=assignment.reader)

    with pytest.raises(FeedbackClosedError):
        feedback_on(assignment)
    with pytest.raises(FeedbackClosedError) as refused:
        try_again(assignment=assignment, reader=assignment.reader)
    assert refused.value.code == "try_open"


def test_further_try_begins_empty():
    assignment, images = make_training()
    read(assignment, images, LINE)

    again = try_again(assignment=assignment, reader=assignment.reader)
    annotation = open_annotation(assignment=again, mammogram=images[0])

    assert (again.round, again.state, annotation.version) == (2, "open", 0)


def test_reading_campaign_shows_nothing_of_its_references():
    assignment, images = make_training()
    Campaign.objects.update(purpose=CampaignPurpose.READING)
    read(assignment, images, NOTHING)
    assignment = Assignment.objects.select_related("campaign").get(id=assignment.id)

    with pytest.raises(MissingError):
        feedback_on(assignment)
    with pytest.raises(MissingError):
        try_again(assignment=assignment, reader=assignment.reader)


def test_exam_without_a_known_answer_has_no_feedback():
    assignment, _images = make_training()
    other = make_assignment(assignment.reader, make_mammogram().study, assignment.campaign)

    with pytest.raises(MissingError):
        feedback_on(other)


def test_exam_of_another_reader_is_not_tried_again():
    assignment, _images = make_training()

    with pytest.raises(ForbiddenError):
        try_again(assignment=assignment, reader=make_reader())


@pytest.mark.parametrize("who", ["own", "other", "expert"])
def test_address_answers_its_reader_alone(client, who):
    assignment, images = make_training()
    read(assignment, images, NOTHING)
    person = {"own": assignment.reader, "other": make_reader(), "expert": make_reader("adjudicator")}[who]
    client.force_login(person.user)

    answer = client.get(f"/api/assignments/{assignment.id}/feedback/")

    assert answer.status_code == (200 if who == "own" else 404)
    if who == "own":
        record = answer.json()
        assert set(record) == {"images", "tries", "maximum_tries", "can_try_again"}
        assert record["images"][0]["missed"][0]["outlines"]


def test_page_gives_the_exam_once_more_and_opens_it(client):
    assignment, images = make_training()
    read(assignment, images, NOTHING)
    client.force_login(assignment.reader.user)

    answer = client.post(f"/assignments/{assignment.id}/again/")

    again = Assignment.objects.get(round=2)
    assert answer.url == f"/read/{again.annotations.get().id}/"
    refused = client.post(f"/assignments/{assignment.id}/again/", follow=True)
    assert "This exam is open already." in refused.content.decode()


def test_no_payload_before_submission_holds_the_answer(client):
    assignment, images = make_training()
    annotation = open_annotation(assignment=assignment, mammogram=images[0])
    client.force_login(assignment.reader.user)
    digest = assignment.study.reference_exams.get().labels.get().sha256

    for address in (
        f"/read/{annotation.id}/",
        f"/api/annotations/{annotation.id}/",
        f"/api/mammograms/{images[0].id}/",
        "/api/assignments/",
        f"/api/annotations/{annotation.id}/correction-runs/",
        f"/api/assignments/{assignment.id}/feedback/",
    ):
        text = client.get(address).content.decode()
        assert digest not in text
        assert "outlines" not in text
