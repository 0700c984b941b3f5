import pytest

from annotations.enums import Role
from annotations.rules import (
    annotations_visible_to,
    can_preannotate,
    correction_runs_visible_to,
    inference_runs_visible_to,
    people_who_may_see,
)
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_correction_run
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

EXPERTS = pytest.mark.parametrize("role", ["adjudicator", "data_scientist"])


@EXPERTS
def test_expert_with_an_exam_to_read_is_blind_to_what_others_made_of_it(role):
    run = make_correction_run()
    foreign, elsewhere = run.annotation, make_annotation(submitted=True)
    expert = make_reader(role)
    assignment = make_assignment(expert, foreign.mammogram.study)

    assert set(annotations_visible_to(expert)) == {elsewhere}
    assert not correction_runs_visible_to(expert).exists()

    own = make_annotation(foreign.mammogram, assignment=assignment, submitted=True)

    assert set(annotations_visible_to(expert)) == {foreign, elsewhere, own}
    assert list(correction_runs_visible_to(expert)) == [run]


@EXPERTS
def test_expert_is_blind_until_the_last_image_of_the_exam(role):
    foreign = make_annotation(submitted=True)
    expert, study = make_reader(role), foreign.mammogram.study
    own = make_annotation(foreign.mammogram, reader=expert, submitted=True)

    make_mammogram(study=study, image_laterality="L")

    assert list(annotations_visible_to(expert)) == [own]


@EXPERTS
def test_expert_who_reads_without_a_model_sees_no_run_until_she_has_submitted(role):
    run = make_inference_run(state="succeeded")
    expert = make_reader(role)
    blind = make_campaign(shows_preannotation=False)
    assignment = make_assignment(expert, run.mammogram.study, blind)

    assert not can_preannotate(expert, run.mammogram)
    assert not inference_runs_visible_to(expert).exists()

    make_annotation(run.mammogram, assignment=assignment, submitted=True)

    assert can_preannotate(expert, run.mammogram)
    assert list(inference_runs_visible_to(expert)) == [run]


@EXPERTS
def test_expert_who_reads_with_a_model_sees_its_runs(role):
    run = make_inference_run(state="succeeded")
    expert = make_reader(role)
    make_assignment(expert, run.mammogram.study)

    assert can_preannotate(expert, run.mammogram)
    assert list(inference_runs_visible_to(expert)) == [run]


def test_reader_stays_blind_to_models_after_she_has_submitted():
    run = make_inference_run(state="succeeded")
    blind = make_assignment(study=run.mammogram.study, campaign=make_campaign(shows_preannotation=False))
    make_annotation(run.mammogram, assignment=blind, submitted=True)
    make_assignment(blind.reader, run.mammogram.study)

    assert not can_preannotate(blind.reader, run.mammogram)
    assert not inference_runs_visible_to(blind.reader).exists()


@pytest.mark.parametrize("role", ["reader", "administrator"])
def test_submitted_annotations_of_others_are_for_experts(role):
    make_annotation(submitted=True)

    assert not annotations_visible_to(make_reader(role)).exists()


@pytest.mark.parametrize("submitted", [False, True])
def test_people_who_may_see_an_annotation_are_those_who_find_it(submitted):
    annotation = make_annotation(submitted=submitted)
    study = annotation.mammogram.study
    people = [annotation.reader, *(make_reader(role) for role in Role.values)]
    still_reads = make_reader("adjudicator")
    make_assignment(still_reads, study)
    has_read = make_reader("data_scientist")
    make_annotation(annotation.mammogram, reader=has_read, submitted=True)
    people += [still_reads, has_read]

    finders = {person for person in people if annotations_visible_to(person).contains(annotation)}

    assert set(people_who_may_see(annotation)) == finders
    assert len(finders) == (4 if submitted else 1)
