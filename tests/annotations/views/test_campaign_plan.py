import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.domain.campaign import join
from annotations.domain.campaign_reader import remove_reader
from annotations.models import Assignment, ExamWithdrawal, PoolSlot, ReadingPlan
from tests.factories.assignment import make_campaign
from tests.factories.exam_review import make_reading, send_back
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import make_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    lead = make_reader("administrator")
    client.force_login(lead.user)
    return lead


@pytest.fixture
def campaign():
    return make_campaign()


def send(client, campaign, act, readers=(), **fields):
    body = {
        "act": act,
        "seed": 5,
        "priority": 0,
        "hand_out": "by_name",
        "readers": [reader.id for reader in readers],
        **fields,
    }
    return client.post(reverse("campaign_plan", args=[campaign.id]), body, follow=True)


def text_of(answer):
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(words.split())


def hidden_fields(answer):
    """Return what the button under the picture sends."""
    form = answer.content.decode().split('aria-labelledby="picture-title"')[1].split("</section>")[0]
    fields = {}
    for tag in re.findall(r"<input[^>]+>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            fields.setdefault(name[1], []).append(value[1] if value else "")
    return fields


def make_exams(count):
    return [make_mammogram().study for _ in range(count)]


def test_plan_is_looked_at_first_and_then_given_out_as_it_was_shown(client, lead, campaign):
    make_exams(20)
    readers = make_readers(3)

    shown = send(client, campaign, "preview", readers, share_2=20, pairs_meet=1)

    assert not Assignment.objects.exists()
    page = text_of(shown)
    assert "24 new readings; 20 exams in all." in page
    assert "2 4 20.0" in page
    assert "width of the 95 % interval" in page
    totals = {row.reader.id: row.total for row in shown.context["picture"].readers}
    answer = client.post(
        reverse("campaign_plan", args=[campaign.id]), {**hidden_fields(shown), "act": "give_out"}, follow=True
    )
    assert "24 readings are given out." in text_of(answer)
    plan = ReadingPlan.objects.get()
    assert (plan.author, plan.seed, plan.parameters["shares"]) == (lead, 5, {"2": 0.2})
    given = {reader: campaign.assignments.filter(reader=reader).count() for reader in totals}
    assert given == totals
    assert "Given out until now" in text_of(answer)


def test_plan_that_cannot_be_met_says_why_and_gives_the_nearest_out(client, lead, campaign):
    make_exams(20)
    readers = make_readers(6)

    shown = send(client, campaign, "preview", readers, share_2=20, pairs_meet=3)

    assert "This plan cannot be met" in text_of(shown)
    assert "share 3 exams" in text_of(shown)
    answer = client.post(
        reverse("campaign_plan", args=[campaign.id]), {**hidden_fields(shown), "act": "give_out"}, follow=True
    )
    assert "24 readings are given out." in text_of(answer)
    assert ReadingPlan.objects.get().parameters["pairs_meet"] < 3


def test_plan_that_cannot_be_met_is_not_given_out_by_asking_at_once(client, lead, campaign):
    make_exams(4)

    answer = send(client, campaign, "give_out", make_readers(4), share_2=50, pairs_meet=2)

    assert answer.status_code == 400
    assert "share 2 exams" in text_of(answer)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"repeat_share": 10}, "1 to 3650 days"),
        ({"share_more": 10}, "Say by how many readers"),
        ({"due_on": str(timezone.localdate() - timedelta(days=1))}, "This day is over"),
        ({"patients": "P-nobody"}, "No exam is here of P-nobody"),
        ({"share_2": 80, "share_3": 40}, "of the exams; lower them to 100 % or less"),
        ({"hand_out": "pool", "pairs_meet": 2}, "nobody can promise"),
        ({"share_2": "much"}, "Enter a number"),
    ],
)
def test_form_that_contradicts_itself_says_so(client, lead, campaign, fields, words):
    make_exams(2)

    answer = send(client, campaign, "preview", make_readers(3), **fields)

    assert answer.status_code == 400
    assert words in text_of(answer)


def test_plan_without_readers_or_exams_says_what_is_missing(client, lead, campaign):
    answer = send(client, campaign, "preview", [])
    assert "Tick at least one reader." in text_of(answer)

    answer = send(client, campaign, "preview", make_readers(2))
    assert answer.status_code == 400
    assert "0 exams cannot be shared out" in text_of(answer)


def test_a_reader_alone_is_told_to_meet_nobody(client, lead, campaign):
    make_exams(2)

    page = text_of(send(client, campaign, "preview", make_readers(1), pairs_meet=5))

    assert "reads alone, so there is no pair to meet" in page
    assert "cannot be met" not in page


def test_exams_are_drawn_by_number_or_patient(client, lead, campaign):
    exams = make_exams(5)
    readers = make_readers(1)

    send(client, campaign, "give_out", readers, patients=exams[0].patient.code)
    assert campaign.assignments.get().study == exams[0]

    send(client, campaign, "give_out", readers, exam_count=2)
    assert campaign.assignments.count() == 3


def test_exams_go_into_a_pool(client, lead, campaign):
    make_exams(10)
    readers = make_readers(2)

    shown = send(client, campaign, "preview", readers, share_2=50, hand_out="pool")
    assert "15 new readings; 10 exams in all." in text_of(shown)
    answer = send(client, campaign, "give_out", readers, share_2=50, hand_out="pool")

    assert PoolSlot.objects.count() == 15
    assert not Assignment.objects.exists()
    assert "15 readings free, 0 being read" in text_of(answer)


def test_more_than_all_exams_is_refused_in_percent_as_it_was_asked(client, lead, campaign):
    make_exams(4)

    answer = send(client, campaign, "preview", make_readers(3), share_2=70, share_3=60)

    assert answer.status_code == 400
    assert "add up to 130 % of the exams; lower them to 100 % or less." in text_of(answer)


def test_reader_leaves_and_another_joins(client, lead, campaign):
    make_exams(12)
    one, two, three = make_readers(3)
    send(client, campaign, "give_out", [one, two])

    answer = send(client, campaign, "remove_reader", reader=one.id, reason="On leave")
    assert f"{one.pseudonym} reads here no more. 6 readings went to others." in text_of(answer)
    assert campaign.assignments.filter(reader=two, state="open").count() == 12

    answer = send(client, campaign, "add_reader", reader=three.id)
    assert f"{three.pseudonym} reads here now. 6 readings went to others." in text_of(answer)
    assert campaign.assignments.filter(reader=three, state="open").count() == 6


def test_lead_is_told_what_had_come_back_to_a_reader_who_leaves(client, lead, campaign):
    (one,) = make_readers(1)
    join(campaign, [one])
    reading = make_reading(campaign, one)
    send_back(reading, make_reader("adjudicator"))

    answer = send(client, campaign, "remove_reader", reader=one.id, reason="On leave")

    words = "1 exam that had come back to her is closed for her and waits for a review: "
    assert words + reading.study.patient.code in text_of(answer)


def test_exam_is_withdrawn_by_its_patient(client, lead, campaign):
    exams = make_exams(2)
    send(client, campaign, "give_out", make_readers(2), share_2=100)

    refused = send(client, campaign, "withdraw_exam", patient="P-nobody", reason="Wrong breast")
    assert refused.status_code == 400
    assert "0 exams of this campaign fit." in text_of(refused)

    code = exams[0].patient.code
    answer = send(client, campaign, "withdraw_exam", patient=code, reason="Wrong breast")
    assert f"{code} is out of the campaign; 2 readings of it ended." in text_of(answer)
    assert ExamWithdrawal.objects.get().reason == "Wrong breast"


def test_a_withdrawal_is_taken_back(client, lead, campaign):
    exams = make_exams(1)
    send(client, campaign, "give_out", make_readers(2), share_2=100)
    send(client, campaign, "withdraw_exam", patient=exams[0].patient.code, reason="Wrong breast")
    withdrawal = ExamWithdrawal.objects.get()

    refused = send(client, campaign, "take_back", withdrawal=withdrawal.id, reason="")
    answer = send(client, campaign, "take_back", withdrawal=withdrawal.id, reason="It was right")

    assert refused.status_code == 400
    assert "is in the campaign again; 2 readings of it stand as before." in text_of(answer)
    assert "Take a withdrawal back" not in text_of(answer)
    assert campaign.assignments.filter(state="open").count() == 2


def test_state_says_what_is_short(client, lead, campaign):
    make_exams(4)
    one, two = make_readers(2)
    send(client, campaign, "give_out", [one, two], share_2=100)
    remove_reader(campaign=campaign, reader=two, reason="Gone", actor=lead)

    page = text_of(client.get(reverse("campaign_plan", args=[campaign.id])))

    assert "2 readers 0 0.0 4 differs" in page
    assert "Show the plan below to see who can read what is missing" in page


@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist"])
def test_plans_are_for_the_lead_alone(client, campaign, role):
    client.force_login(make_reader(role).user)

    assert client.get(reverse("campaign_plan", args=[campaign.id])).status_code in (403, 404)
    assert send(client, campaign, "give_out", make_readers(1)).status_code in (403, 404)


@pytest.mark.parametrize("count", [1, 3])
def test_plan_page_takes_as_many_queries_for_one_reader_as_for_three(
    client, lead, campaign, count, django_assert_num_queries
):
    make_exams(3)
    send(client, campaign, "give_out", make_readers(count))

    with django_assert_num_queries(22):
        client.get(reverse("campaign_plan", args=[campaign.id]))
