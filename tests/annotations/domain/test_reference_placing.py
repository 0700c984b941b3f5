import pytest

from annotations.domain.give_out import join
from annotations.domain.next_exam import readable
from annotations.domain.reference_exam import take_known_reference
from annotations.domain.reference_placing import place_references
from annotations.enums import CampaignPurpose
from annotations.errors import ConflictError
from annotations.models import Assignment, AuditEntry, Campaign, PlantedCopy, PoolSlot, ReadingPlan
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams

pytestmark = pytest.mark.django_db


def make_reference(campaign, tries=1):
    mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    return take_known_reference(
        campaign=campaign,
        study=mammogram.study,
        masks={mammogram.id: make_patch(make_square(4, 4, 12))},
        maximum_tries=tries,
        actor=None,
    )


def make_load(campaign, reader, exams=10, **fields):
    join(campaign, [reader])
    given = []
    for position in range(1, exams + 1):
        mammogram = make_mammogram()
        assignment = make_assignment(reader, mammogram.study, campaign)
        Assignment.objects.filter(id=assignment.id).update(position=position, batch=1, priority=2, **fields)
        given.append(assignment)
    return given


def places_of(campaign, reader):
    return list(
        Assignment.objects.filter(campaign=campaign, reader=reader)
        .order_by("position")
        .values_list("study", flat=True)
    )


def test_reference_lies_at_a_random_place_among_the_others():
    reader = make_reader()
    found = set()
    for seed in range(12):
        campaign = make_campaign()
        make_load(campaign, reader, exams=4)
        exam = make_reference(campaign)

        assert place_references(campaign=campaign, actor=None, seed=seed).given == 1
        order = places_of(campaign, reader)

        assert len(order) == len(set(order)) == 5
        found.add(order.index(exam.study_id))
    assert len(found) >= 3


def test_placed_exam_differs_from_its_neighbours_in_nothing_but_exam_and_place():
    campaign, reader = make_campaign(), make_reader()
    make_load(campaign, reader, exams=3)
    exam = make_reference(campaign)

    place_references(campaign=campaign, actor=None)

    fields = [field.name for field in Assignment._meta.fields]
    alike = set(fields) - {"id", "study", "position", "created_at"}
    rows = Assignment.objects.filter(campaign=campaign).order_by("position")
    assert len({tuple(row[name] for name in sorted(alike)) for row in rows.values(*sorted(alike))}) == 1
    assert [row.position for row in rows] == [1, 2, 3, 4]
    in_time = list(rows.order_by("created_at").values_list("study", flat=True))
    in_order = list(rows.values_list("study", flat=True))
    assert in_time.index(exam.study_id) == in_order.index(exam.study_id)


def test_references_come_once_and_not_among_what_was_begun():
    campaign, reader = make_campaign(), make_reader()
    first = make_load(campaign, reader, exams=2)[0]
    make_reference(campaign)
    make_annotation(first.study.mammograms.get(), assignment=first, labels={"bac": make_square(4, 4)})

    placing = place_references(campaign=campaign, actor=None)

    assert placing.given == 0
    assert len(placing.waits) == 1
    assert placing.waits[0].startswith(f"{reader.pseudonym}: 1 not given yet. They come only among exams of")
    for assignment in make_load(campaign, reader, exams=2):
        Assignment.objects.filter(id=assignment.id).update(batch=2)
    assert place_references(campaign=campaign, actor=None).given == 1
    assert place_references(campaign=campaign, actor=None).given == 0
    assert Assignment.objects.get(campaign=campaign, study__reference_exams__isnull=False).batch == 2


def test_references_come_with_a_further_plan_where_there_are_no_batches():
    campaign, reader = make_campaign(), make_reader()
    studies = [make_mammogram().study for _ in range(4)]
    give_out_exams(campaign, studies[:2], [reader], batch_size=0, shares={})
    exam = make_reference(campaign)
    first = Assignment.objects.filter(campaign=campaign).first()
    make_annotation(first.study.mammograms.get(), assignment=first, labels={"bac": make_square(4, 4)})
    assert place_references(campaign=campaign, actor=None).given == 0

    give_out_exams(campaign, studies[2:], [reader], batch_size=0, shares={}, seed=2)

    assert place_references(campaign=campaign, actor=None).given == 1
    given = Assignment.objects.get(study=exam.study)
    assert given.plan == campaign.plans.order_by("created_at").last()


def test_campaign_that_reads_from_a_pool_says_why_none_is_given():
    campaign, reader = make_campaign(), make_reader()
    join(campaign, [reader])
    make_reference(campaign)
    plan = ReadingPlan.objects.create(campaign=campaign, seed=1, parameters={})
    PoolSlot.objects.create(campaign=campaign, plan=plan, study=make_mammogram().study, number=1, position=1)

    placing = place_references(campaign=campaign, actor=None)

    assert placing.given == 0
    assert "reads from a pool" in placing.waits[0]


def test_reader_of_the_source_is_not_given_its_copy():
    campaign, knows, does_not = make_campaign(), make_reader(), make_reader()
    (own, *_), _others = make_load(campaign, knows, exams=2), make_load(campaign, does_not, exams=2)
    exam = make_reference(campaign)
    PlantedCopy.objects.create(
        mammogram=exam.study.mammograms.get(), source=own.study.mammograms.get(), recipe={}
    )

    placing = place_references(campaign=campaign, actor=None)

    assert placing.given == 1
    assert exam.study_id not in places_of(campaign, knows)
    assert placing.waits == [
        f"{knows.pseudonym}: 1 not given; she has the exam that it is a copy of, or another copy."
    ]


def test_tries_are_capped_in_a_reading_campaign():
    campaign, reader = make_campaign(), make_reader()
    make_load(campaign, reader, exams=2)
    exam = make_reference(campaign, tries=2)

    for tries in (1, 2, 2):
        place_references(campaign=campaign, actor=None)
        own = Assignment.objects.filter(campaign=campaign, study=exam.study)
        assert own.count() == tries
        for assignment in own.filter(state="open"):
            make_annotation(exam.study.mammograms.get(), assignment=assignment, submitted=True)
        for fresh in make_load(campaign, reader, exams=1):
            Assignment.objects.filter(id=fresh.id).update(batch=tries + 1)
    assert sorted(own.values_list("round", flat=True)) == [1, 2]


def test_training_gives_its_references_alone_in_random_order():
    campaign, reader = make_campaign(), make_reader()
    Campaign.objects.filter(id=campaign.id).update(purpose=CampaignPurpose.TRAINING)
    join(campaign, [reader])
    for _ in range(3):
        make_reference(campaign, tries=3)

    assert place_references(campaign=campaign, actor=None).given == 3
    assert place_references(campaign=campaign, actor=None).given == 0
    assert readable(reader).count() == 3
    assert AuditEntry.objects.filter(act="place_references").count() == 2


def test_who_left_gets_nothing_and_a_closed_campaign_gives_nothing():
    campaign, reader = make_campaign(), make_reader()
    make_load(campaign, reader, exams=2)
    make_reference(campaign)
    campaign.readers.update(left_at="2026-01-01T00:00Z")

    assert place_references(campaign=campaign, actor=None).given == 0
    Campaign.objects.filter(id=campaign.id).update(closed_at="2026-01-01T00:00Z")
    with pytest.raises(ConflictError):
        place_references(campaign=campaign, actor=None)
