import base64
import io
import json
import uuid

import numpy as np
import pytest
from PIL import Image

from annotations.domain.adjudication import AdjudicationDraft, decide_segment
from annotations.domain.disagreement import CROP_PX, crop_box
from annotations.models import AdjudicationDecision, Disagreement
from ml import masks
from tests.factories.assignment import make_assignment
from tests.factories.consensus import find_disagreements, make_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

PLACES = [make_square(4, 4, 12), make_square(30, 4, 8), make_square(50, 30, 5)]


@pytest.fixture
def expert(client):
    reader = make_reader("adjudicator")
    client.force_login(reader.user)
    return reader


def ask(client, campaign, **fields):
    body = {"count": 5, "holding": [], **fields}
    address = f"/api/campaigns/{campaign.id}/adjudication/queue/"
    return client.post(address, body, content_type="application/json")


def decide(client, segment, **fields):
    body = {"id": str(uuid.uuid4()), **fields}
    address = f"/api/disagreements/{segment}/decisions/"
    return client.post(address, body, content_type="application/json")


def undo(client, campaign):
    address = f"/api/campaigns/{campaign.id}/adjudication/undo/"
    return client.post(address, {"id": str(uuid.uuid4())}, content_type="application/json")


def test_queue_gives_segments_with_outlines_and_how_much_is_at_stake(client, expert):
    segments = make_disagreements(*PLACES)

    answer = ask(client, segments[0].campaign, count=2).json()

    assert answer["progress"]["total"] == 3
    first = answer["segments"][0]
    assert len(answer["segments"]) == 2
    assert first["id"] == str(segments[0].id)
    assert (first["marked_by"], first["read_by"]) == (1, 2)
    rings = first["versions"][0]["rings"]
    assert masks.from_polygons(64, 48, rings) == masks.decode(
        base64.b64decode(first["runs"]), versions=(1, 2)
    )


def test_the_answer_names_no_reader_and_no_reading(client, expert):
    """Whatever could tell who drew what: names, pseudonyms, ids of readers, of their exams and readings."""
    drawn = [{"bac": PLACES[0]}, {"bac": np.roll(PLACES[0], 1, axis=1)}, {}, {}]
    readings = make_readings(drawn)
    campaign = readings[0].assignment.campaign
    find_disagreements(campaign)
    (segment,) = Disagreement.objects.all()

    told = [
        ask(client, campaign),
        decide(client, segment.id, choice="reader", letter="B"),
        undo(client, campaign),
    ]

    text = " ".join(answer.content.decode() for answer in told)
    secrets = [
        word
        for reading in readings
        for word in (
            reading.reader.pseudonym,
            reading.reader.user.get_username(),
            str(reading.reader_id),
            str(reading.id),
            str(reading.assignment_id),
            reading.submitted_at.isoformat(),
        )
    ]
    assert [word for word in secrets if word in text] == []
    assert [version["letter"] for version in told[0].json()["segments"][0]["versions"]] == ["A", "B"]


def test_each_letter_is_drawn_by_lot(client, expert):
    places = [make_square(row, column, 3) for row in range(2, 60, 6) for column in (2, 12, 22)]
    everything = np.logical_or.reduce(places)
    readings = make_readings([{"bac": everything}, {"bac": np.roll(everything, 1, axis=1)}, {}, {}])
    campaign = readings[0].assignment.campaign
    find_disagreements(campaign)

    owners = [
        tuple(segment.versions.order_by("letter").values_list("annotation_id", flat=True))
        for segment in Disagreement.objects.all()
    ]

    assert set(owners) == {
        (readings[0].id, readings[1].id),
        (readings[1].id, readings[0].id),
    }, "either may be A; that all thirty fall one way is one in 500 million"


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"choice": "reader", "letter": "A"}, PLACES[0]),
        ({"choice": "neither"}, PLACES[0] & False),
        (
            {"choice": "redraw", "runs": base64.b64encode(make_patch(PLACES[2])).decode()},
            PLACES[2],
        ),
    ],
    ids=["reader", "neither", "redraw"],
)
def test_a_decision_is_stored_with_its_mask(client, expert, fields, kept):
    segment, *_ = make_disagreements(*PLACES)

    answer = decide(client, segment.id, **fields)

    assert answer.status_code == 201
    assert answer.json()["notice"] == ""
    assert answer.json()["progress"]["decided"] == 1
    stored = AdjudicationDecision.objects.get()
    assert masks.decode(bytes(stored.mask), versions=(1, 2)) == masks.from_dense(kept)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"choice": "undo"}, "request_not_well_formed"),
        ({"choice": "reader", "letter": "Z"}, "version_unknown"),
        ({"choice": "redraw", "runs": "no base64"}, "mask_not_base64"),
        ({"choice": "redraw", "runs": base64.b64encode(b"no mask").decode()}, "not_a_mask"),
        ({"choice": "discuss"}, "note_missing"),
    ],
    ids=["undo", "letter", "base64", "mask", "note"],
)
def test_what_is_no_decision_is_refused_in_words(client, expert, fields, code):
    segment, *_ = make_disagreements(*PLACES)

    answer = decide(client, segment.id, **fields)

    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert answer.json()["message"]
    assert not AdjudicationDecision.objects.exists()


def test_the_second_of_two_experts_is_told(client, expert):
    segment, *_ = make_disagreements(*PLACES)
    draft = AdjudicationDraft(id=uuid.uuid4(), choice="both")
    decide_segment(segment=segment, reader=make_reader("adjudicator"), draft=draft)

    answer = decide(client, segment.id, choice="neither")

    assert answer.status_code == 201
    assert "The first decision counts" in answer.json()["notice"]


def test_undo_gives_the_segment_once_more(client, expert):
    segments = make_disagreements(*PLACES)
    decide(client, segments[0].id, choice="neither")

    answer = undo(client, segments[0].campaign)

    assert answer.json()["segment"]["id"] == str(segments[0].id)
    assert answer.json()["choice"] == "neither"
    assert answer.json()["progress"]["decided"] == 0


def test_undo_without_a_decision_says_so(client, expert):
    segments = make_disagreements(*PLACES)

    answer = undo(client, segments[0].campaign)

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_undo")


def test_notes_of_other_experts_come_with_the_segment(client, expert):
    segment, *_ = make_disagreements(PLACES[0])
    other = make_reader("adjudicator")
    draft = AdjudicationDraft(id=uuid.uuid4(), choice="discuss", note="Vein?")
    decide_segment(segment=segment, reader=other, draft=draft)

    (told,) = ask(client, segment.campaign).json()["segments"]

    assert [(note["author"], note["text"]) for note in told["notes"]] == [(other.pseudonym, "Vein?")]


def test_the_crop_holds_the_stored_grey_levels_around_the_segment(client, expert):
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 4096, (1800, 1700)).astype(np.uint16)
    place = np.zeros(pixels.shape, dtype=bool)
    place[1700:1720, 30:60] = True
    readings = make_readings([{"bac": place}, {}], mammogram=make_mammogram(pixels))
    find_disagreements(readings[0].assignment.campaign)
    segment = Disagreement.objects.get()

    answer = client.get(f"/api/disagreements/{segment.id}/crop/")

    top, left, bottom, right = crop_box(segment)
    assert (top, left, bottom, right) == (1800 - CROP_PX, 0, 1800, CROP_PX)
    shown = np.asarray(Image.open(io.BytesIO(answer.content)))
    assert np.array_equal(shown, pixels[top:bottom, left:right])
    assert "immutable" in answer["Cache-Control"]


def test_a_segment_larger_than_the_usual_crop_is_whole_in_its_crop():
    segment = Disagreement(box=[100, 50, 1900, 200], mammogram=make_mammogram(rows=3000, columns=2000))

    top, left, bottom, right = crop_box(segment)

    assert top < 100
    assert bottom > 1900
    assert (left, right) == (0, CROP_PX)


def reading_adjudicator(segment):
    """Make an adjudicator who was given an exam of the campaign and has not read it."""
    return make_assignment(reader=make_reader("adjudicator"), campaign=segment.campaign).reader


@pytest.mark.parametrize("who", ["reader", "data_scientist", "administrator", "still_reading"])
def test_nobody_else_learns_of_disagreements(client, who):
    segment, *_ = make_disagreements(*PLACES)
    person = reading_adjudicator(segment) if who == "still_reading" else make_reader(who)
    client.force_login(person.user)

    answers = [
        ask(client, segment.campaign),
        undo(client, segment.campaign),
        decide(client, segment.id, choice="both"),
        client.get(f"/api/disagreements/{segment.id}/crop/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert {answer.json()["code"] for answer in answers} == {"not_found"}
    assert json.dumps(answers[0].json()).count(str(segment.mammogram_id)) == 0
    assert not AdjudicationDecision.objects.exists()


def test_an_exam_that_the_expert_still_reads_in_another_campaign_is_not_for_her(client, expert):
    segment, *_ = make_disagreements(*PLACES)
    make_assignment(reader=expert, study=segment.mammogram.study)

    queue = ask(client, segment.campaign).json()

    assert queue["segments"] == []
    assert decide(client, segment.id, choice="both").status_code == 404
    assert client.get(f"/api/disagreements/{segment.id}/crop/").status_code == 404


def test_the_queue_takes_as_many_queries_for_three_segments_as_for_one(
    client, expert, django_assert_max_num_queries
):
    few, many = make_disagreements(PLACES[0]), make_disagreements(*PLACES)
    for segments in (few, many):  # the leases exist from here on
        ask(client, segments[0].campaign)

    for segments in (few, many):
        with django_assert_max_num_queries(14):
            ask(client, segments[0].campaign, count=0, holding=[str(each.id) for each in segments])


def test_a_word_on_what_she_drew_herself_is_refused_with_its_code(client, expert):
    readings = make_readings([{"bac": PLACES[0]}, {}], readers=[expert, make_reader()])
    find_disagreements(readings[0].assignment.campaign)

    answer = decide(client, Disagreement.objects.get().id, choice="both")

    assert (answer.status_code, answer.json()["code"]) == (403, "own_reading")
    assert not AdjudicationDecision.objects.exists()
