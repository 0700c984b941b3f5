import pytest

from annotations.domain.annotation import annotation_answers, open_annotation, submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.dataset_record import build_items
from annotations.domain.guideline import confirm_guideline, write_guideline
from annotations.domain.question import (
    add_question,
    answer_exam,
    asked,
    end_question,
    exam_answers,
)
from annotations.errors import (
    AnswerMissingError,
    ConflictError,
    ForbiddenError,
    OperationRefusedError,
    QuestionRefusedError,
)
from annotations.models import AuditEntry, ExamAnswer
from annotations.validators.dataset_filter import validate_dataset_filter
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.exam_review import make_correction, make_reading, vessel
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_answer, make_finding, make_patch, make_stroke
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def ask(campaign, text="Is it sharp?", scope="image", answers=("Yes", "No"), **facts):
    fields = {"is_required": True, "actor": None, **facts}
    return add_question(campaign=campaign, scope=scope, text=text, answers=answers, **fields)


def give(annotation, *operations):
    append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=annotation.version,
        operations=list(operations),
    )
    annotation.refresh_from_db()


def submit(annotation):
    return submit_annotation(annotation=annotation, reader=annotation.reader, version=annotation.version)


def test_question_is_named_by_its_text_and_answers_keep_their_order():
    question = ask(make_campaign(), "How dense is the breast?", answers=["Fatty", "Very dense"])

    assert question.slug == "how_dense_is_the_breast"
    assert question.answers == [["fatty", "Fatty"], ["very_dense", "Very dense"]]
    assert AuditEntry.objects.get(act="add_question").details["slug"] == question.slug


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"answers": ["Yes"]}, "question_answers"),
        ({"answers": ["Yes", "yes"]}, "question_answers"),
        ({"answers": [str(number) for number in range(9)]}, "question_answers"),
        ({"answers": ["Yes", "?"]}, "question_answers"),
        ({"slug": "bac_present"}, "question_slug_taken"),
        ({"slug": "taken"}, "question_slug_taken"),
        ({"text": "?"}, "question_refused"),
        ({"scope": "patient"}, "question_refused"),
    ],
)
def test_question_that_could_be_misread_is_refused(facts, code):
    campaign = make_campaign()
    ask(campaign, slug="taken")

    with pytest.raises(QuestionRefusedError) as refused:
        ask(campaign, **facts)

    assert refused.value.code == code


def test_ended_question_is_asked_no_more_and_its_name_stays_taken():
    annotation = make_annotation(answer="yes")
    campaign = annotation.assignment.campaign
    question = ask(campaign)
    give(annotation, make_answer("yes", question=question.slug))

    end_question(question=question, actor=None)
    end_question(question=question, actor=None)

    assert not asked(campaign).exists()
    assert annotation_answers(annotation) == {"bac_present": "yes", "is_it_sharp": "yes"}
    with pytest.raises(QuestionRefusedError):
        ask(campaign, question.text)


def test_image_is_submitted_once_what_is_needed_is_answered():
    annotation = make_annotation(answer="no")
    campaign = annotation.assignment.campaign
    ask(campaign)
    ask(campaign, "Anything else?", is_required=False)

    with pytest.raises(AnswerMissingError, match="Answer first, about this image: Is it sharp") as refused:
        submit(annotation)
    give(annotation, make_answer("no", question="is_it_sharp"))

    assert refused.value.code == "image_answer_missing"
    assert submit(annotation).state == "submitted"


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        ("is_it_dense", "yes", "question_unknown"),
        ("about_exam", "yes", "question_unknown"),
        ("is_it_sharp", "perhaps", "answer_unknown"),
        ("bac_present", "perhaps", "answer_unknown"),
    ],
)
def test_answer_to_what_nobody_asks_is_refused(question, value, code):
    annotation = make_annotation()
    ask(annotation.assignment.campaign)
    ask(annotation.assignment.campaign, "About exam?", scope="exam")

    with pytest.raises(OperationRefusedError) as refused:
        give(annotation, make_answer(value, question=question))

    assert refused.value.code == code


def test_question_about_the_exam_is_due_with_its_last_image():
    campaign, reader = make_campaign(), make_reader()
    question = ask(campaign, "Did you need help?", scope="exam")
    mammogram = make_mammogram()
    assignment = make_assignment(reader, mammogram.study, campaign)
    last = open_annotation(assignment=assignment, mammogram=make_mammogram(study=mammogram.study))
    first = make_annotation(mammogram, assignment=assignment, submitted=True)
    give(last, make_answer("yes"))

    with pytest.raises(AnswerMissingError, match="about this exam: Did you need help") as refused:
        submit(last)
    answer_exam(assignment=assignment, reader=reader, slug=question.slug, value="no")
    submit(last)
    assignment.refresh_from_db()

    assert refused.value.code == "exam_answer_missing"
    assert (first.state, assignment.state) == ("submitted", "submitted")


def test_last_answer_about_the_exam_counts_and_the_earlier_ones_stay():
    assignment = make_assignment()
    question = ask(assignment.campaign, "Help?", scope="exam")
    for value in ("yes", "yes", "no"):
        answer_exam(assignment=assignment, reader=assignment.reader, slug=question.slug, value=value)

    assert exam_answers(assignment) == {"help": "no"}
    assert list(ExamAnswer.objects.values_list("sequence", "value")) == [(1, "yes"), (2, "no")]


@pytest.mark.parametrize(("slug", "value"), [("other", "yes"), ("help", "perhaps"), ("is_it_sharp", "yes")])
def test_answer_about_the_exam_is_one_that_was_offered(slug, value):
    assignment = make_assignment()
    ask(assignment.campaign, "Help?", scope="exam")
    ask(assignment.campaign)

    with pytest.raises(QuestionRefusedError):
        answer_exam(assignment=assignment, reader=assignment.reader, slug=slug, value=value)


def test_only_her_reader_answers_and_only_while_the_exam_is_open():
    reading = make_reading(make_campaign(), make_reader())
    ask(reading.campaign, "Help?", scope="exam")

    with pytest.raises(ForbiddenError):
        answer_exam(assignment=reading, reader=make_reader(), slug="help", value="yes")
    with pytest.raises(ConflictError, match="its answers stay"):
        answer_exam(assignment=reading, reader=reading.reader, slug="help", value="yes")


def test_campaign_takes_the_labels_that_it_asks_for_alone():
    annotation = make_annotation()
    campaign = annotation.assignment.campaign
    campaign.labels = ["microcalcification"]
    campaign.save()
    stroke = make_patch(vessel(annotation.mammogram))

    give(annotation, make_stroke(stroke, label="microcalcification"))
    for refused in (make_stroke(stroke, label="bac"), make_answer("yes")):
        with pytest.raises(OperationRefusedError):
            give(annotation, refused)

    assert submit(annotation).state == "submitted"


def test_campaign_without_microcalcifications_takes_none_of_their_findings():
    annotation = make_annotation()
    campaign = annotation.assignment.campaign
    campaign.labels = ["bac"]
    campaign.save()

    with pytest.raises(OperationRefusedError) as refused:
        give(annotation, make_finding())

    assert refused.value.code == "label_not_asked"


def test_correction_by_an_expert_is_held_to_the_labels_of_the_campaign():
    campaign = make_campaign()
    campaign.labels = ["microcalcification"]
    campaign.save()
    mammogram = make_mammogram()
    assignment = make_assignment(study=mammogram.study, campaign=campaign)
    annotation = make_annotation(mammogram, assignment=assignment)
    submit(annotation)
    assignment.refresh_from_db()

    with pytest.raises(OperationRefusedError):
        make_correction(assignment, make_reader("adjudicator"))


def test_dataset_tells_what_was_answered_and_under_which_guideline():
    assignment = make_assignment()
    campaign, reader = assignment.campaign, assignment.reader
    ask(campaign)
    ask(campaign, "Help?", scope="exam")
    guideline = write_guideline(campaign=campaign, text="Label vessels", actor=None, seen=0)
    confirm_guideline(guideline=guideline, reader=reader)
    answer_exam(assignment=assignment, reader=reader, slug="help", value="no")
    annotation = make_annotation(make_mammogram(study=assignment.study), assignment=assignment, answer="yes")
    give(annotation, make_answer("no", question="is_it_sharp"))
    submit(annotation)
    assignment.refresh_from_db()
    make_correction(assignment, make_reader("adjudicator"))

    records = [
        item.record["annotation"]
        for item in build_items(validate_dataset_filter({"campaign": campaign.name, "which": "all"}))
    ]

    assert [record["guideline"] for record in records] == [1, 1]
    assert [record["exam_answers"] for record in records] == [{"help": "no"}] * 2
    assert [record["answers"] for record in records] == [{"bac_present": "yes", "is_it_sharp": "no"}] * 2
