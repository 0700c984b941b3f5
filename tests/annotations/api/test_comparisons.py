import uuid

import pytest
from django.urls import reverse

from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_pair(**facts):
    """Two readers' submitted labels of one image, half overlapping."""
    mammogram = make_mammogram(**({"pixel_spacing_mm": (0.1, 0.1)} | facts))
    drawn = [make_square(10, 10, 8), make_square(10, 14, 8)]
    return [make_annotation(mammogram, labels={"bac": mask}, submitted=True) for mask in drawn]


def compare(client, **query):
    answer = client.get(reverse("api-comparison"), query)
    return answer.status_code, answer.json()


@pytest.fixture
def expert(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    return expert


def test_comparison_brings_numbers_definitions_and_masks(client, expert):
    reference, candidate = make_pair()

    status, answer = compare(client, reference=reference.id, candidate=candidate.id)

    assert status == 200
    assert answer["mammogram"] == str(reference.mammogram_id)
    assert (answer["label"], answer["images"]) == ("bac", 1)
    assert answer["measures"]["dice"] == {
        "value": 0.5,
        "unit": "",
        "definition": answer["measures"]["dice"]["definition"],
        "undefined_code": None,
        "undefined_reason": None,
    }
    assert answer["measures"]["recall"]["value"] == 0.5
    assert answer["definition"]["tolerance_mm"] == 1.05
    assert answer["reference"]["reader"] == reference.reader.pseudonym
    assert answer["candidate"]["sha256"] == candidate.snapshots.get(label="bac").sha256


def test_measures_without_a_value_say_why(client, expert):
    reference, candidate = make_pair(pixel_spacing_mm=None)

    _status, answer = compare(client, reference=reference.id, candidate=candidate.id)

    length = answer["measures"]["dice_l"]
    assert (length["value"], length["undefined_code"]) == (None, "pixel_spacing_missing")
    assert length["undefined_reason"]


def test_labels_of_different_images_are_refused(client, expert):
    reference, candidate = make_pair()[0], make_pair()[0]

    status, answer = compare(client, reference=reference.id, candidate=candidate.id)

    assert (status, answer["code"]) == (400, "images_differ")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"reference": "x", "candidate": "y"},
        {"reference": str(uuid.uuid4())},
        {"reference": "\x00", "candidate": "\x00"},
        {"reference": str(uuid.uuid4()), "candidate": str(uuid.uuid4()), "label": "lesion"},
    ],
)
def test_query_that_is_not_well_formed_is_refused(client, expert, query):
    status, answer = compare(client, **query)

    assert (status, answer["code"]) == (400, "request_not_well_formed")


def test_reader_compares_her_own_labels(client):
    mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    reader = make_reader()
    own = [
        make_annotation(mammogram, reader=reader, labels={"bac": make_square(10, 10)}, submitted=True)
        for _ in range(2)
    ]
    client.force_login(reader.user)

    status, answer = compare(client, reference=own[0].id, candidate=own[1].id)

    assert status == 200
    assert answer["measures"]["dice"]["value"] == 1.0


@pytest.mark.parametrize("foreign_is", ["reference", "candidate"])
def test_reader_never_compares_with_another_readers_label_of_her_image(client, foreign_is):
    own, foreign = make_pair()
    client.force_login(own.reader.user)
    query = {"reference": own.id, "candidate": own.id} | {foreign_is: foreign.id}

    status, answer = compare(client, **query)

    assert (status, answer["code"]) == (404, "not_found")
    assert foreign.reader.pseudonym not in str(answer)


def test_open_label_of_another_reader_is_hidden_from_experts_too(client, expert):
    submitted = make_pair()[0]
    still_open = make_annotation(submitted.mammogram, labels={"bac": make_square(10, 10)})

    status, _answer = compare(client, reference=submitted.id, candidate=still_open.id)

    assert status == 404


def test_comparison_needs_a_log_in(client):
    assert compare(client)[0] == 403
