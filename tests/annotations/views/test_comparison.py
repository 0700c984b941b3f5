import pytest
from django.urls import reverse

from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_pair():
    mammogram = make_mammogram()
    return [make_annotation(mammogram, labels={"bac": make_square(4, 4)}, submitted=True) for _ in range(2)]


def open_page(client, **query):
    return client.get(reverse("comparison"), query)


@pytest.fixture
def expert(client):
    expert = make_reader("data_scientist")
    client.force_login(expert.user)
    return expert


def test_page_without_a_choice_begins_with_the_newest_pair(client, expert):
    make_pair()
    pair = make_pair()

    context = open_page(client).context

    assert (context["mammogram"], context["reference"], context["candidate"]) == (pair[0].mammogram, *pair)


def test_choice_in_the_address_is_chosen_on_the_page(client, expert):
    first, second = make_pair()

    answer = open_page(client, reference=second.id, candidate=first.id, label="microcalcification")

    assert (answer.context["reference"], answer.context["candidate"]) == (second, first)
    page = answer.content.decode()
    assert f'data-reference="{second.id}"' in page
    assert 'data-label="microcalcification"' in page


def test_another_image_offers_its_own_labels_and_drops_the_old_choice(client, expert):
    (old, _), (new, other) = make_pair(), make_pair()

    context = open_page(client, image=new.mammogram_id, reference=old.id, candidate=old.id).context

    assert context["mammogram"] == new.mammogram
    assert context["choices"] == [new, other]
    assert (context["reference"], context["candidate"]) == (None, None)


def test_reader_is_offered_her_own_labels_only(client):
    own, foreign = make_pair()
    again = make_annotation(own.mammogram, reader=own.reader, submitted=True)
    client.force_login(own.reader.user)

    answer = open_page(client)
    asked = open_page(client, reference=foreign.id, candidate=own.id)

    assert answer.context["choices"] == [own, again]
    for page in (answer.content.decode(), asked.content.decode()):
        assert foreign.reader.pseudonym not in page
        assert str(foreign.id) not in page
    assert "not there for you" in asked.content.decode()


def test_reader_with_one_label_is_told_how_a_second_comes_about(client):
    own, _foreign = make_pair()
    client.force_login(own.reader.user)

    page = open_page(client).content.decode()

    assert "There are no two labels to compare yet" in page
    assert reverse("worklist") in page


@pytest.mark.parametrize("bad", ["no id", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_bad_choice_is_answered_with_a_page(client, expert, bad):
    make_pair()

    answer = open_page(client, image=bad, reference=bad, candidate=bad, label=bad)

    assert answer.status_code == 200
    assert "not there for you" in answer.content.decode()
