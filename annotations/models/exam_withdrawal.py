from django.db import models

from .base import AppendOnlyRecord
from .campaign import Campaign
from .reader import Reader
from .study import Study


class ExamWithdrawal(AppendOnlyRecord):
    """An exam that the lead took out of a campaign, and why: nobody reads it there until it is taken back."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="withdrawals")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="withdrawals")
    actor = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="exam_withdrawals")
    reason = models.TextField()

    class Meta:
        ordering = ["campaign", "created_at"]

    def __str__(self) -> str:
        return f"{self.study} out of {self.campaign}"


class ExamReinstatement(AppendOnlyRecord):
    """That the lead took the withdrawal of an exam back, and why: it counts and is read again."""

    withdrawal = models.OneToOneField(ExamWithdrawal, on_delete=models.PROTECT, related_name="reinstatement")
    actor = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="exam_reinstatements")
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.withdrawal} taken back"
