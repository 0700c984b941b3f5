from collections import defaultdict

import pytest

from annotations.domain.exam_end import withdraw_exam
from annotations.domain.exam_review import reopen_review
from annotations.domain.image_comparison import count_images_to_compare, images_to_compare
from annotations.enums import Label
from annotations.models import Annotation, Assignment, Consensus, PlantedCopy
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.consensus import find_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.exam_review import accept, make_correction, send_back, submit
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

HERE = {"bac": make_square(4, 4, 12)}


@pytest.fixture
def campaign():
    return make_campaign()


def counted_by_hand(campaign):
    """Go through all readings and all that was compared, one by one; nothing but ids is asked of SQL."""
    last, now, compared = {}, defaultdict(list), {}
    for reading in Annotation.objects.select_related("assignment").order_by("created_at"):
        assignment = reading.assignment
        is_planted = PlantedCopy.objects.filter(mammogram=reading.mammogram_id).exists()
        if assignment is None or is_planted or (assignment.campaign_id, assignment.round) != (campaign.id, 1):
            continue
        review = assignment.reviews.order_by("sequence").last()
        was_taken_back = review is not None and review.value == "reopened"
        if not (reading.derived_from_id and reading.state == "open" and was_taken_back):
            last[assignment.id, reading.mammogram_id] = reading
    for (_assignment, mammogram), reading in last.items():
        if {reading.state, reading.assignment.state} == {"submitted"}:
            now[mammogram] = sorted([*now[mammogram], str(reading.id)])
    for one in Consensus.objects.filter(campaign=campaign).order_by("sequence"):
        compared.setdefault(one.mammogram_id, {})[one.label] = (one.rule, one.readings)
    return {
        mammogram: now[mammogram]
        for mammogram in {*now, *compared}
        if (len(now[mammogram]) >= 2 or mammogram in compared)
        and compared.get(mammogram) != dict.fromkeys(Label.values, (campaign.consensus_rule, now[mammogram]))
    }


def check(campaign, expected):
    by_hand = counted_by_hand(campaign)
    found = images_to_compare(campaign)
    assert {image.mammogram: [str(each) for each in image.annotations] for image in found} == by_hand
    assert [image.mammogram for image in found] == sorted(by_hand)
    assert count_images_to_compare(campaign) == len(by_hand) == expected


def withdraw(reading):
    assignment = reading.assignment
    withdraw_exam(
        campaign=assignment.campaign, study=assignment.study, reason="Wrong patient", actor=make_reader()
    )


def read_again(reading):
    """Read an exam a second time, as a repeat of the same reader."""
    first = reading.assignment
    repeat = Assignment.objects.create(
        campaign=first.campaign, study=first.study, reader=first.reader, round=2
    )
    make_annotation(reading.mammogram, assignment=repeat, labels=HERE, submitted=True)


def make_planted(campaign):
    mammogram = make_mammogram()
    PlantedCopy.objects.create(mammogram=mammogram, source=make_mammogram(), recipe={})
    make_readings([HERE, {}], campaign=campaign, mammogram=mammogram)


def test_nothing_is_to_be_compared_in_an_empty_campaign(campaign):
    check(campaign, 0)


def test_only_images_that_two_have_read_are_to_be_compared(campaign):
    make_readings([HERE], campaign=campaign)
    make_readings([HERE, {}], campaign=campaign)
    make_readings([HERE, {}, {}], campaign=campaign)
    make_readings([HERE, {}])
    (once,) = make_readings([HERE], campaign=campaign)
    read_again(once)
    make_annotation(once.mammogram, assignment=make_assignment(study=once.mammogram.study, campaign=campaign))
    make_planted(campaign)

    check(campaign, 2)

    find_disagreements(campaign)
    check(campaign, 0)


def test_what_came_or_left_since_is_to_be_compared_anew(campaign):
    kept, left, joined, alone = (make_readings([HERE, {}], campaign=campaign) for _ in range(4))
    find_disagreements(campaign)
    check(campaign, 0)

    withdraw(left[0])
    make_readings([HERE], campaign=campaign, mammogram=joined[0].mammogram)
    Assignment.objects.filter(id=alone[0].assignment_id).update(
        state="skipped", submitted_at=None, ended_at=alone[0].submitted_at, end_reason="Blurred"
    )
    read_again(kept[0])

    check(campaign, 3)
    find_disagreements(campaign)
    check(campaign, 0)

    make_readings([HERE], campaign=campaign, mammogram=alone[0].mammogram)
    check(campaign, 1)


def test_what_experts_correct_and_accept_changes_nothing_that_is_compared(campaign):
    first, second = make_readings([HERE, {}], campaign=campaign)
    find_disagreements(campaign)
    expert = make_reader("adjudicator")

    make_correction(first.assignment, expert)
    accept(first.assignment, expert)
    reopen_review(assignment=first.assignment, reviewer=expert, seen=1)
    accept(second.assignment, expert)

    check(campaign, 0)


def test_what_was_sent_back_is_compared_anew_and_once_more_when_it_is_submitted_again(campaign):
    sent, _other = make_readings([HERE, {}], campaign=campaign)
    make_readings([HERE, {}], campaign=campaign)
    find_disagreements(campaign)
    expert = make_reader("adjudicator")

    send_back(sent.assignment, expert)
    check(campaign, 1)
    reopen_review(assignment=sent.assignment, reviewer=expert, seen=1)
    check(campaign, 0)

    send_back(sent.assignment, expert)
    find_disagreements(campaign)
    check(campaign, 0)
    submit(Annotation.objects.get(derived_from=sent, state="open"))
    check(campaign, 1)

    find_disagreements(campaign)
    accept(sent.assignment, expert)
    check(campaign, 0)


def test_another_rule_has_all_compared_anew_even_what_one_reader_is_left_of(campaign):
    make_readings([HERE, {}], campaign=campaign)
    withdrawn = make_readings([HERE, {}], campaign=campaign)
    make_readings([HERE], campaign=campaign)
    find_disagreements(campaign)
    withdraw(withdrawn[0])
    find_disagreements(campaign)

    campaign.consensus_rule = "unanimous"
    campaign.save()

    check(campaign, 2)
    find_disagreements(campaign)
    check(campaign, 0)
