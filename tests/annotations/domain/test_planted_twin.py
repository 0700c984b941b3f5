"""Nobody gets two of a planted copy, the exam that it shows and other copies of it, whichever comes first."""

import pytest

from annotations.domain.campaign import assign_studies, join
from annotations.domain.campaign_reader import add_readers
from annotations.domain.next_exam import take_next
from annotations.domain.plan_request import PlanRequest
from annotations.domain.reading_plan import draft_plan
from annotations.domain.reference_exam import take_known_reference
from annotations.domain.reference_placing import place_references
from annotations.domain.stuck_exam import give_to_another, takers_of
from annotations.errors import ConflictError, ExamNotOpenError
from annotations.models import Assignment, PlantedCopy
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams

pytestmark = pytest.mark.django_db


@pytest.fixture
def source_and_copy():
    source, copy = make_mammogram(), make_mammogram()
    PlantedCopy.objects.create(mammogram=copy, source=source, recipe={})
    return source.study, copy.study


@pytest.fixture
def lead():
    return make_reader("administrator")


def exams_had_by(reader):
    return set(Assignment.objects.filter(reader=reader).values_list("study", flat=True))


@pytest.mark.parametrize("is_pool", [False, True])
def test_a_later_plan_leaves_the_source_of_a_copy_out_and_says_so(source_and_copy, is_pool):
    source, copy = source_and_copy
    campaign, readers = make_campaign(), [make_reader() for _ in range(3)]
    make_assignment(readers[0], copy, make_campaign())
    others = [make_mammogram().study for _ in range(3)]

    given = give_out_exams(campaign, [source, *others], readers, shares={3: 1.0}, is_pool=is_pool)
    draft = draft_plan(
        campaign=make_campaign(),
        request=PlanRequest(shares={}),
        studies=[source.id, *(study.id for study in others)],
        readers=[reader.id for reader in readers],
        seed=1,
    )

    assert given.readings == 9
    assert source.id not in draft.readers_of_exam
    assert "Exams left out: 1." in draft.note


def test_a_pool_does_not_give_the_source_to_who_got_the_copy_since(source_and_copy):
    source, copy = source_and_copy
    campaign, knows, does_not = make_campaign(), make_reader(), make_reader()
    give_out_exams(campaign, [source], [knows, does_not], shares={2: 1.0}, is_pool=True)
    done = make_assignment(knows, copy, make_campaign())
    Assignment.objects.filter(id=done.id).update(state="withdrawn", ended_at=done.created_at, end_reason="x")

    assert take_next(knows) is None
    assert take_next(does_not).study_id == source.id


def test_nobody_gives_the_source_by_hand_to_who_has_the_copy(source_and_copy, lead):
    source, copy = source_and_copy
    campaign, has_it, knows = make_campaign(), make_reader(), make_reader()
    join(campaign, [has_it, knows])
    exam = make_assignment(has_it, source, campaign)
    make_assignment(knows, copy, make_campaign())

    assert knows not in takers_of(campaign, [exam])[exam.id]
    with pytest.raises(ExamNotOpenError) as caught:
        give_to_another(assignment=exam, reader=knows, actor=lead)
    assert caught.value.code == "twin_had_before"
    with pytest.raises(ConflictError) as caught:
        assign_studies(campaign=make_campaign(), studies=[source], readers=[knows], actor=lead)
    assert caught.value.code == "twin_had_before"
    with pytest.raises(ConflictError):
        assign_studies(campaign=campaign, studies=[source, copy], readers=[make_reader()], actor=lead)
    assert exams_had_by(knows) == {copy.id}


def test_a_reader_who_joins_is_not_given_the_source_of_her_copy(source_and_copy, lead):
    source, copy = source_and_copy
    campaign, reader, newcomer = make_campaign(), make_reader(), make_reader()
    make_assignment(newcomer, copy, make_campaign())
    others = [make_mammogram().study]
    give_out_exams(campaign, [source, *others], [reader], shares={})

    add_readers(campaign=campaign, readers=[newcomer], actor=lead)

    assert exams_had_by(newcomer) == {copy.id, others[0].id}


def plant_reference_of(source, campaign):
    """Make a reference of one more copy of an exam."""
    copy = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    PlantedCopy.objects.create(mammogram=copy, source=source.mammograms.get(), recipe={})
    masks = {copy.id: make_patch(make_square(4, 4, 12))}
    return take_known_reference(
        campaign=campaign, study=copy.study, masks=masks, maximum_tries=1, actor=None
    ).study


def test_nobody_gets_two_copies_of_one_exam(source_and_copy, lead):
    source, copy = source_and_copy
    campaign, knows, fresh = make_campaign(), make_reader(), make_reader()
    others = [make_mammogram().study for _ in range(4)]
    assign_studies(campaign=campaign, studies=others, readers=[knows, fresh], actor=lead)
    make_assignment(knows, copy, make_campaign())
    copies = {plant_reference_of(source, campaign).id for _ in range(3)}

    placing = place_references(campaign=campaign, actor=None)

    assert placing.given == 1
    assert len(exams_had_by(fresh) & copies) == 1
    assert not exams_had_by(knows) & copies
    assert sorted(words.split(": ")[1][0] for words in placing.waits) == ["2", "3"]
