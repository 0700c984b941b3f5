from django.db import models

from .base import AppendOnlyRecord
from .campaign import Campaign
from .reader import Reader
from .study import Study


class ExamWithdrawal(AppendOnlyRecord):
    """An exam that the lead took out of a campaign, and why: nobody reads it there any more."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="withdrawals")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="withdrawals")
    actor = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="exam_withdrawals")
    reason = models.TextField()

    class Meta:
        ordering = ["campaign", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "study"], name="exam_withdrawn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.study} out of {self.campaign}"
