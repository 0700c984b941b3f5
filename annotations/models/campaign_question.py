from django.db import models

from annotations.enums import QuestionScope

from .assignment import Assignment
from .base import AppendOnlyRecord
from .campaign import Campaign
from .reader import Reader


class CampaignQuestion(AppendOnlyRecord):
    """What a campaign asks about each image, or each exam.

    A question never changes its meaning: another wording is another question, and this one is ended.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField(help_text="1, 2, 3 … within the campaign; asked in this order")
    slug = models.SlugField(max_length=32, help_text="Its name in answers, exports and the API")
    scope = models.CharField(max_length=8, choices=QuestionScope.choices)
    text = models.CharField(max_length=200)
    answers = models.JSONField(help_text="The answers to choose from, in order: [[value, text], …]")
    is_required = models.BooleanField(help_text="Whether it bars submission until it is answered")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="questions", null=True)

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="question_numbered_once"),
            models.UniqueConstraint(fields=["campaign", "slug"], name="question_slug_once"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} of {self.campaign}"


class QuestionEnd(AppendOnlyRecord):
    """From here on a question is no longer asked; what was answered stays."""

    question = models.OneToOneField(CampaignQuestion, on_delete=models.PROTECT, related_name="end")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="question_ends", null=True)

    def __str__(self) -> str:
        return f"end of {self.question}"


class ExamAnswer(AppendOnlyRecord):
    """A reader's answer to a question about the whole exam; a later one counts instead of an earlier."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="exam_answers")
    question = models.ForeignKey(CampaignQuestion, on_delete=models.PROTECT, related_name="exam_answers")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … within the assignment")
    value = models.CharField(max_length=32)

    class Meta:
        ordering = ["assignment", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "sequence"], name="exam_answer_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.question.slug}: {self.value}"
