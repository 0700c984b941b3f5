import numpy as np
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.consensus import perform_consensus, request_consensus
from annotations.domain.exam_end import withdraw_exam
from annotations.domain.image_comparison import images_to_compare
from annotations.errors import TooFewReadingsError
from annotations.models import (
    AuditEntry,
    Consensus,
    ConsensusRun,
    ConsensusSegment,
    Disagreement,
    NoticeDelivery,
    Webhook,
)
from ml import masks
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.consensus import find_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

HERE, THERE = make_square(4, 4, 12), make_square(40, 20, 6)


def campaign_of(readings):
    return readings[0].assignment.campaign


def set_rule(campaign, rule):
    campaign.consensus_rule = rule
    campaign.save()


def outcomes(campaign, label="bac"):
    found = ConsensusSegment.objects.filter(consensus__campaign=campaign, consensus__label=label)
    return sorted(found.values_list("marked_by", "read_by", "outcome"))


def agreed(campaign, label="bac"):
    consensus = Consensus.objects.filter(campaign=campaign, label=label).order_by("-sequence").first()
    return masks.decode(bytes(consensus.mask), versions=(1, 2))


def test_request_queues_one_run_with_its_job():
    campaign = campaign_of(make_readings([{"bac": HERE}, {}]))

    run, is_new = request_consensus(campaign=campaign, actor=None)
    again = request_consensus(campaign=campaign, actor=None)

    assert is_new
    assert again == (run, False)
    job = ProcrastinateJob.objects.get(task_name="perform_consensus")
    assert (job.queue_name, job.args) == ("campaign", {"run_id": str(run.id)})


@pytest.mark.parametrize("readings", [[], [{"bac": HERE}]], ids=["none", "one"])
def test_a_campaign_without_two_readings_of_an_image_is_told_so(readings):
    campaign = make_campaign()
    make_readings(readings, campaign=campaign)

    with pytest.raises(TooFewReadingsError, match="second reader"):
        request_consensus(campaign=campaign, actor=None)

    assert not ConsensusRun.objects.exists()


def test_what_both_readers_marked_is_agreed_and_what_one_marked_is_tied():
    campaign = campaign_of(make_readings([{"bac": HERE | THERE}, {"bac": HERE}]))

    run = find_disagreements(campaign)

    assert outcomes(campaign) == [(1, 2, "tied")]
    assert agreed(campaign) == masks.from_dense(HERE)
    segment = Disagreement.objects.get()
    assert masks.decode(bytes(segment.mask), versions=(1, 2)) == masks.from_dense(THERE)
    assert segment.box == [40, 20, 46, 26]
    assert segment.area_px == 36
    assert segment.length_mm == pytest.approx(0.5 * segment.length_px)
    assert AuditEntry.objects.get(act="finish_consensus").subject_id == str(run.id)


@pytest.mark.parametrize(
    ("rule", "marked", "outcome"),
    [
        ("majority", 1, "left_out"),
        ("majority", 2, "kept"),
        ("unanimous", 1, "tied"),
        ("unanimous", 2, "tied"),
    ],
)
def test_the_rule_says_what_becomes_of_a_segment_that_some_of_three_marked(rule, marked, outcome):
    readings = make_readings([{"bac": THERE if number < marked else THERE & False} for number in range(3)])
    set_rule(campaign_of(readings), rule)

    find_disagreements(campaign_of(readings))

    assert outcomes(campaign_of(readings)) == [(marked, 3, outcome)]
    assert (masks.area_px(agreed(campaign_of(readings))) > 0) is (outcome == "kept")


def test_images_on_which_nobody_marked_anything_have_an_empty_consensus_and_no_segment():
    campaign = campaign_of(make_readings([{}, {}]))

    find_disagreements(campaign)

    assert masks.area_px(agreed(campaign)) == 0
    assert Consensus.objects.filter(campaign=campaign).count() == 2
    assert not Disagreement.objects.exists()


def test_without_a_known_size_of_pixels_lengths_are_in_pixels_alone():
    readings = make_readings([{"bac": HERE}, {}], mammogram=make_mammogram())

    find_disagreements(campaign_of(readings))

    segment = Disagreement.objects.get()
    assert segment.length_mm is None
    assert segment.length_px > 0


def test_labels_are_compared_each_for_itself():
    campaign = campaign_of(make_readings([{"bac": HERE}, {"microcalcification": HERE}]))

    find_disagreements(campaign)

    assert outcomes(campaign, "bac") == outcomes(campaign, "microcalcification") == [(1, 2, "tied")]


def test_a_second_search_looks_only_at_images_whose_readings_changed():
    campaign = make_campaign()
    for _ in range(2):
        make_readings([{"bac": HERE}, {}], campaign=campaign)
    find_disagreements(campaign)
    new = make_readings([{"bac": HERE}, {}], campaign=campaign)

    due = images_to_compare(campaign)
    run = find_disagreements(campaign)

    assert [image.mammogram for image in due] == [new[0].mammogram_id]
    assert run.total == 1
    assert images_to_compare(campaign) == []


def test_another_rule_has_every_image_compared_anew():
    campaign = campaign_of(make_readings([{"bac": HERE}, {}]))
    find_disagreements(campaign)

    set_rule(campaign, "unanimous")

    assert len(images_to_compare(campaign)) == 1


def test_a_segment_that_a_further_reader_left_empty_is_the_same_row_and_one_she_drew_on_is_another():
    readings = make_readings([{"bac": HERE | THERE}, {}])
    campaign, mammogram = campaign_of(readings), readings[0].mammogram
    find_disagreements(campaign)
    before = set(Disagreement.objects.values_list("id", flat=True))

    make_readings([{"bac": THERE}], campaign=campaign, mammogram=mammogram)
    find_disagreements(campaign)

    latest = ConsensusSegment.objects.filter(consensus__sequence__gt=2)
    rows = {segment.disagreement.area_px: segment for segment in latest}
    assert rows[144].disagreement_id in before
    assert (rows[144].marked_by, rows[144].read_by, rows[144].outcome) == (1, 3, "left_out")
    assert rows[36].disagreement_id not in before
    assert rows[36].outcome == "kept"


def test_a_withdrawn_exam_leaves_nothing_agreed():
    readings = make_readings([{"bac": HERE}, {"bac": HERE}])
    campaign = campaign_of(readings)
    find_disagreements(campaign)

    withdraw_exam(
        campaign=campaign, study=readings[0].mammogram.study, reason="Wrong patient", actor=make_reader()
    )
    find_disagreements(campaign)

    assert masks.area_px(agreed(campaign)) == 0
    assert Consensus.objects.order_by("-sequence")[0].readings == []


def test_a_stopped_search_keeps_what_it_found_and_the_next_one_finds_the_rest():
    campaign = make_campaign()
    for _ in range(3):
        make_readings([{"bac": HERE}, {}], campaign=campaign)
    run, _ = request_consensus(campaign=campaign, actor=None)
    asked = iter([False, False, True])

    perform_consensus(run_id=run.id, worker="test", is_stopping=lambda: next(asked, True))

    run.refresh_from_db()
    assert run.state == "queued"
    done = Consensus.objects.values("mammogram").distinct().count()
    assert 0 < done < 3
    assert len(images_to_compare(campaign)) == 3 - done


def test_letters_are_drawn_for_each_segment_alone():
    squares = [make_square(row, column, 3) for row in range(2, 60, 6) for column in (2, 12, 22)]
    everything = np.logical_or.reduce(squares)

    shifted = np.roll(everything, 1, axis=1)
    readings = make_readings([{"bac": everything}, {"bac": shifted}, {}])
    set_rule(campaign_of(readings), "unanimous")

    find_disagreements(campaign_of(readings))

    first = [
        segment.versions.get(letter="A").annotation_id == readings[0].id
        for segment in Disagreement.objects.prefetch_related("versions")
    ]
    assert len(first) == 30
    assert 4 < sum(first) < 26, "by lot; one time in a million it is not"


def test_every_reader_has_a_letter_where_as_many_read_as_can_be_compared():
    readings = make_readings([{"bac": HERE}] * 15 + [{}])
    set_rule(campaign_of(readings), "unanimous")

    find_disagreements(campaign_of(readings))

    versions = Disagreement.objects.get().versions.order_by("letter")
    assert [version.letter for version in versions] == list("ABCDEFGHIJKLMNO")
    assert {version.annotation for version in versions} == set(readings[:15])


def test_more_readings_than_can_be_compared_are_told_and_none_is_dropped():
    readings = make_readings([{"bac": HERE}] * 17)
    run, _ = request_consensus(campaign=campaign_of(readings), actor=None)

    perform_consensus(run_id=run.id, worker="test", is_stopping=lambda: False)

    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "too_many_readings")
    assert run.error.startswith(f"17 people have read an image of {readings[0].mammogram.study.patient.code}")
    assert not Consensus.objects.exists()


def test_readings_of_later_rounds_are_not_compared():
    readings = make_readings([{"bac": HERE}, {}])
    campaign, mammogram = campaign_of(readings), readings[0].mammogram
    repeat = make_assignment(reader=readings[0].reader, study=make_mammogram().study, campaign=campaign)
    repeat.study, repeat.round = mammogram.study, 2
    repeat.save()

    find_disagreements(campaign)

    assert outcomes(campaign) == [(1, 2, "tied")]


def test_staple_asks_the_expert_where_it_is_not_sure_and_tells_how_sure_it_is():
    """Two careful readers and a careless one: what the two leave out and mark is sure, by their record."""
    base = np.zeros((64, 48), dtype=bool)
    base[10:13, 2:40] = base[20:23, 2:40] = True
    false = make_square(50, 30, 5)
    readings = make_readings([{"bac": base}, {"bac": base}, {"bac": base | false}])
    set_rule(campaign_of(readings), "staple")

    find_disagreements(campaign_of(readings))

    (segment,) = ConsensusSegment.objects.filter(consensus__label="bac")
    assert segment.probability < 0.1
    assert segment.outcome == "left_out"
    assert agreed(campaign_of(readings)) == masks.from_dense(base)


def test_staple_of_two_readers_leaves_every_difference_to_an_expert():
    readings = make_readings([{"bac": HERE | THERE}, {"bac": HERE}])
    set_rule(campaign_of(readings), "staple")

    find_disagreements(campaign_of(readings))

    assert outcomes(campaign_of(readings)) == [(1, 2, "tied")]


def test_a_longer_drawing_of_the_same_vessel_is_cut_where_the_other_ends():
    short, long = np.zeros((64, 48), dtype=bool), np.zeros((64, 48), dtype=bool)
    short[30:33, 2:20], long[31:34, 2:44] = True, True
    readings = make_readings([{"bac": short}, {"bac": long}])

    find_disagreements(campaign_of(readings))

    segment = Disagreement.objects.get()
    assert segment.box[1] in range(17, 23)
    assert segment.box[3] == 44
    assert masks.area_px(agreed(campaign_of(readings))) > 30


@pytest.mark.parametrize(("second", "is_told"), [({}, True), ({"bac": HERE}, False)], ids=["tie", "agreed"])
def test_experts_are_told_once_something_waits_for_them(second, is_told):
    campaign = campaign_of(make_readings([{"bac": HERE}, second]))
    webhook = Webhook.objects.create(
        address="https://example.org/", events=["adjudication_waiting"], author=make_reader("administrator")
    )

    find_disagreements(campaign)

    assert NoticeDelivery.objects.filter(webhook=webhook).exists() is is_told
