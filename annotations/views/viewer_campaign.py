"""What a campaign says to the reading page: labels, questions with their answers, the guideline."""

from annotations.domain import guideline
from annotations.domain.campaign import reading_behind
from annotations.domain.question import asked, exam_answers
from annotations.enums import AssignmentState, Label, QuestionScope
from annotations.models import Annotation, Assignment, CampaignQuestion, Reader


def campaign_context(annotation: Annotation, reader: Reader) -> dict[str, object]:
    """Return what the templates show of the campaign of a label; one without a campaign has all labels."""
    assignment = reading_behind(annotation)
    if assignment is None:
        return {"labels": Label.values, "asks_for_bac": True}
    campaign = assignment.campaign
    return {
        "campaign": campaign,
        "labels": campaign.labels,
        "asks_for_bac": Label.BAC in campaign.labels,
        "image_questions": asked(campaign, QuestionScope.IMAGE),
        "exam_questions": _exam_questions(assignment),
        "exam_questions_of": assignment.id if _may_answer(assignment, reader) else "",
        "guideline": assignment.guideline or guideline.latest(campaign),
    }


def _exam_questions(assignment: Assignment) -> list[tuple[CampaignQuestion, str]]:
    given = exam_answers(assignment)
    return [
        (question, given.get(question.slug, ""))
        for question in asked(assignment.campaign, QuestionScope.EXAM)
    ]


def _may_answer(assignment: Assignment, reader: Reader) -> bool:
    return assignment.reader_id == reader.id and assignment.state == AssignmentState.OPEN
