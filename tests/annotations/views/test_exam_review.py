import pytest
from django.urls import reverse

from annotations.domain.review_queue import state_of
from annotations.models import Annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.comment import make_comment
from tests.factories.exam_review import accept, draw, make_correction, make_reading, send_back, vessel
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    return expert


@pytest.fixture
def reading():
    return make_reading(make_campaign(), make_reader())


def address(reading):
    return reverse("exam_review", args=[reading.campaign_id, reading.id])


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_expert_corrects_in_the_reading_room_and_accepts(client, expert, reading):
    mammogram = reading.study.mammograms.get()
    opened = client.post(address(reading), {"act": "correct", "mammogram": mammogram.id})
    copy = Annotation.objects.get(reader=expert)
    room = client.get(opened["Location"])
    draw(copy, vessel(mammogram, row=20))
    refused = client.post(address(reading), {"act": "accept", "seen": 0})

    assert opened["Location"] == reverse("viewer", args=[copy.id])
    assert room.context["is_read_only"] is False
    assert "Back to the review" in text_of(room)
    assert refused.status_code == 409
    assert "is not submitted. Submit it first." in text_of(refused)
    assert state_of(reading) == "waiting"


def test_accepted_reading_leads_back_to_the_list(client, expert, reading):
    answer = client.post(address(reading), {"act": "accept", "seen": 0})

    assert answer["Location"] == reverse("campaign_reviews", args=[reading.campaign_id])
    assert "Accepted by" in text_of(client.get(address(reading)))


def test_expert_sends_back_some_images_and_takes_it_back(client, expert):
    reading = make_reading(make_campaign(), make_reader(), images=2)
    first = reading.study.mammograms.order_by("created_at")[0]

    client.post(
        address(reading), {"act": "return", "seen": 0, "note": "Look at the tail", "mammogram": first.id}
    )
    states = [state_of(reading)]
    page = text_of(client.get(address(reading)))
    client.post(address(reading), {"act": "reopen", "seen": 1})
    states.append(state_of(reading))

    assert Annotation.objects.get(state="open").mammogram == first
    assert "Look at the tail" in page
    assert states == ["returned", "waiting"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"act": "return", "seen": 0, "note": "Look"}, "Choose at least one image"),
        ({"act": "accept", "seen": 3}, "Somebody decided on this reading meanwhile"),
        ({"act": "accept"}, "Somebody decided on this reading meanwhile"),
        ({"act": "reopen", "seen": 0}, "there is nothing to take back"),
    ],
    ids=["no_image", "later_seen", "seen_is_missing", "nothing_to_take_back"],
)
def test_word_that_does_not_fit_is_refused_on_the_page(client, expert, reading, body, words):
    answer = client.post(address(reading), body)

    assert answer.status_code == 409
    assert words in text_of(answer)
    assert not reading.reviews.exists()


@pytest.mark.parametrize("act", ["accept", "return", "reopen"])
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"seen": "x"}, "What you had seen is no number."),
        ({"seen": "9" * 5000}, "What you had seen is no number."),
        ({"seen": 0, "note": "a\0b"}, "Note: Null characters are not allowed."),
    ],
    ids=["letter", "5000_digits", "nul_in_note"],
)
@pytest.mark.usefixtures("expert")
def test_word_that_nobody_can_read_is_refused_on_the_page(client, reading, act, body, words):
    mammogram = reading.study.mammograms.get()

    answer = client.post(address(reading), {"act": act, "mammogram": mammogram.id, **body})

    assert answer.status_code == 400
    assert words in text_of(answer)
    assert not reading.reviews.exists()


@pytest.mark.parametrize(("act", "status"), [("", 403), ("delete", 403), ("correct", 404)])
def test_act_that_is_none_and_image_that_is_not_there(client, expert, reading, act, status):
    assert client.post(address(reading), {"act": act, "mammogram": "x"}).status_code == status


def test_page_names_people_by_pseudonym_alone(client, expert, reading):
    make_correction(reading, expert)
    accept(reading, expert)

    page = client.get(address(reading)).content.decode()

    assert reading.reader.pseudonym in page
    assert reading.reader.user.get_username() not in page.replace(reading.reader.pseudonym, "")


def test_open_comments_are_counted_on_the_image(client, expert, reading):
    make_comment(reading.annotations.get(), expert)

    assert "1 open comment" in text_of(client.get(address(reading)))


def test_expert_goes_from_image_to_image_of_the_reading(client, expert):
    reading = make_reading(make_campaign(), make_reader(), images=2)
    correction = make_correction(reading, expert)
    other = reading.annotations.exclude(mammogram=correction.mammogram).get()

    page = client.get(reverse("viewer", args=[other.id]))

    shown = {chip.annotation for chip in page.context["chips"]}
    assert shown == {correction, other}
    assert "Correct this reading" in text_of(page)


def test_reader_goes_on_with_the_copy_that_came_back(client, expert):
    reading = make_reading(make_campaign(), make_reader(), images=2)
    send_back(reading, expert)
    client.force_login(reading.reader.user)

    opened = client.post(reverse("read_exam", args=[reading.id]), follow=True)

    copies = set(reading.annotations.filter(state="open"))
    assert {chip.annotation for chip in opened.context["chips"]} == copies
    assert opened.context["annotation"] in copies
    assert opened.context["is_read_only"] is False


def test_reader_sees_nothing_of_the_expert(client, expert, reading):
    correction = make_correction(reading, expert)
    accept(reading, expert)
    client.force_login(reading.reader.user)

    for there in (address(reading), reverse("viewer", args=[correction.id])):
        assert client.get(there).status_code == 404
    assert client.get(reverse("campaign_reviews", args=[reading.campaign_id])).status_code == 403


@pytest.mark.parametrize("act", ["correct", "accept", "return", "reopen"])
def test_expert_who_still_reads_here_cannot_review(client, expert, reading, act):
    make_assignment(expert, campaign=reading.campaign)

    assert client.get(address(reading)).status_code == 404
    assert client.post(address(reading), {"act": act, "seen": 0}).status_code == 404


def test_reading_of_another_campaign_is_not_found(client, expert, reading):
    other = reverse("exam_review", args=[make_campaign().id, reading.id])

    assert client.get(other).status_code == 404
