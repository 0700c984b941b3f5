"""What a campaign asks about each image and each exam, who answered what, and what is still open."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.text import slugify

from annotations.domain.audit import record_act
from annotations.domain.campaign import campaign_of
from annotations.enums import (
    Answer,
    AssignmentState,
    Label,
    OperationKind,
    Question,
    QuestionScope,
    ReadingState,
)
from annotations.errors import (
    AnswerMissingError,
    ConflictError,
    ForbiddenError,
    OperationRefusedError,
    QuestionRefusedError,
)
from annotations.models import (
    Annotation,
    Assignment,
    Campaign,
    CampaignQuestion,
    ExamAnswer,
    Mammogram,
    QuestionEnd,
    Reader,
)

LONGEST_SLUG = 32  # of a question and of an answer, as the columns have it
MOST_ANSWERS = 8


@transaction.atomic
def add_question(
    *,
    campaign: Campaign,
    scope: str,
    text: str,
    answers: Sequence[str],
    is_required: bool,
    actor: Reader | None,
    slug: str = "",
) -> CampaignQuestion:
    """Ask one more question from now on; `slug` is made from its text where none is given."""
    Campaign.objects.select_for_update().get(id=campaign.id)
    text, slug = text.strip(), slug or _slug_of(text)
    if not text or not slug or scope not in QuestionScope.values:
        raise QuestionRefusedError("A question needs a text and says whether it is about image or exam.")
    if slug in Question.values or campaign.questions.filter(slug=slug).exists():
        raise QuestionRefusedError(
            f"A question of this campaign is named {slug} already, and a question never changes its meaning. "
            "Give this one another short name.",
            code="question_slug_taken",
        )
    last = campaign.questions.aggregate(last=Max("number"))["last"] or 0
    question = CampaignQuestion.objects.create(
        campaign=campaign,
        number=last + 1,
        slug=slug,
        scope=scope,
        text=text,
        answers=_choices(answers),
        is_required=is_required,
        author=actor,
    )
    record_act("add_question", actor=actor, subject=question, slug=slug)
    return question


def _choices(answers: Sequence[str]) -> list[list[str]]:
    texts = [text.strip() for text in answers if text.strip()]
    values = [_slug_of(text) for text in texts]
    if not 2 <= len(texts) <= MOST_ANSWERS or "" in values or len(set(values)) < len(values):
        raise QuestionRefusedError(
            f"A question needs 2 to {MOST_ANSWERS} different answers; "
            f"these came: {', '.join(texts) or 'none'}.",
            code="question_answers",
        )
    return [[value, text] for value, text in zip(values, texts, strict=True)]


def _slug_of(text: str) -> str:
    return slugify(text).replace("-", "_")[:LONGEST_SLUG].strip("_")


@transaction.atomic
def end_question(*, question: CampaignQuestion, actor: Reader | None) -> None:
    """Ask it no more; what was answered stays. Ended twice, it is ended once."""
    _end, is_new = QuestionEnd.objects.get_or_create(question=question, defaults={"author": actor})
    if is_new:
        record_act("end_question", actor=actor, subject=question, slug=question.slug)


def asked(campaign: Campaign, scope: str | None = None) -> QuerySet[CampaignQuestion]:
    """Questions that are asked now, in their order."""
    questions = campaign.questions.filter(end__isnull=True).order_by("number")
    return questions if scope is None else questions.filter(scope=scope)


def asks_for_bac(campaign: Campaign | None) -> bool:
    """Whether the question of every image is asked: not where a campaign labels something else."""
    return campaign is None or Label.BAC in campaign.labels


def check_answer(annotation: Annotation, *, question: str, value: str) -> None:
    """Refuse an answer to what the campaign never asked, or one that was not offered.

    A question that was ended takes the answers that were on their way.
    """
    campaign = campaign_of(annotation)
    offered: list[str] | None = None
    if question in Question.values:
        offered = list(Answer.values) if asks_for_bac(campaign) else None
    elif campaign is not None:
        found = campaign.questions.filter(slug=question, scope=QuestionScope.IMAGE).first()
        offered = [choice for choice, _text in found.answers] if found else None
    if offered is None:
        raise OperationRefusedError(
            f"Nobody asks {question} of this image. Load the page again.", code="question_unknown"
        )
    if value not in offered:
        raise OperationRefusedError(
            f"{value} is no answer to {question}; choose one of {', '.join(offered)}.", code="answer_unknown"
        )


def check_answered(annotation: Annotation) -> None:
    """Refuse to submit an image before what its campaign needs to know of it, and of the exam, is answered.

    Questions about the exam are due with its last image.
    """
    campaign = campaign_of(annotation)
    operations = annotation.operations.filter(kind=OperationKind.ANSWER)
    given = set(operations.values_list("question", flat=True))
    if asks_for_bac(campaign) and Question.BAC_PRESENT not in given:
        raise AnswerMissingError("Answer whether BAC is present before you submit this image.")
    if campaign is None:
        return
    required = asked(campaign, QuestionScope.IMAGE).filter(is_required=True).exclude(slug__in=given)
    _refuse_open(required, "image")
    if annotation.assignment is not None and annotation.derived_from_id is None:
        _check_exam_answered(annotation.assignment, last=annotation)


def _check_exam_answered(assignment: Assignment, *, last: Annotation) -> None:
    required = asked(assignment.campaign, QuestionScope.EXAM).filter(is_required=True)
    unanswered = required.exclude(exam_answers__assignment=assignment)
    if not unanswered.exists():
        return
    # Two images that are submitted at once wait for each other, so that the later one sees both.
    assignment = Assignment.objects.select_for_update().get(id=assignment.id)
    others = assignment.annotations.filter(derived_from__isnull=True, state=ReadingState.SUBMITTED)
    unread = Mammogram.objects.filter(study=assignment.study_id).exclude(
        id__in=[last.mammogram_id, *others.values_list("mammogram", flat=True)]
    )
    if not unread.exists():
        _refuse_open(unanswered, "exam")


def _refuse_open(questions: QuerySet[CampaignQuestion], of_what: str) -> None:
    first = questions.first()
    if first is not None:
        raise AnswerMissingError(
            f"Answer first, about this {of_what}: {first.text}", code=f"{of_what}_answer_missing"
        )


def answers_in_words(campaign: Campaign, answers: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Pair questions with answers as people read them, that of every image first, ended ones too."""
    words = [
        (Question(question).label, Answer(value).label)
        for question, value in answers.items()
        if question in Question.values and value
    ]
    asked_ever = campaign.questions.filter(slug__in=answers).order_by("number")
    return words + [
        (each.text, str(dict(each.answers).get(answers[each.slug], answers[each.slug])))
        for each in asked_ever
    ]


@transaction.atomic
def answer_exam(
    *, assignment: Assignment, reader: Reader, slug: str, value: str, answer_id: UUID | None = None
) -> ExamAnswer:
    """Keep an answer about the whole exam; said twice in a row, it is kept once. Locks the assignment.

    `answer_id` is made by the page: an answer whose acknowledgement was lost comes again under it.
    """
    assignment = Assignment.objects.select_for_update().get(id=assignment.id)
    if assignment.reader_id != reader.id:
        raise ForbiddenError("This exam is another reader's; only she answers what is asked about it.")
    known = ExamAnswer.objects.filter(id=answer_id).first() if answer_id else None
    if known is not None:
        return _same_answer(known, assignment, slug, value)
    if assignment.state != AssignmentState.OPEN:
        raise ConflictError(
            f"This exam is {assignment.state}; its answers stay as they are.", code="exam_not_open"
        )
    question = assignment.campaign.questions.filter(slug=slug, scope=QuestionScope.EXAM).first()
    if question is None:
        raise QuestionRefusedError(f"Nobody asks {slug} of this exam. Load the page again.")
    values = [choice for choice, _text in question.answers]
    if value not in values:
        raise QuestionRefusedError(f"{value} is no answer; choose one of {', '.join(values)}.")
    latest = assignment.exam_answers.filter(question=question).order_by("sequence").last()
    if latest is not None and latest.value == value:
        return latest
    answer = ExamAnswer.objects.create(
        id=answer_id or uuid4(),
        assignment=assignment,
        question=question,
        sequence=assignment.exam_answers.count() + 1,
        value=value,
    )
    record_act("answer_exam", actor=reader, subject=answer, question=slug, value=value)
    return answer


def _same_answer(known: ExamAnswer, assignment: Assignment, slug: str, value: str) -> ExamAnswer:
    if (known.assignment_id, known.question.slug, known.value) == (assignment.id, slug, value):
        return known
    raise QuestionRefusedError(
        "Another answer came under the same id before. Load the page again.", code="answer_id_known"
    )


def exam_answers(assignment: Assignment) -> dict[str, str]:
    """Return the last answer to each question about the exam."""
    return dict(assignment.exam_answers.order_by("sequence").values_list("question__slug", "value"))
