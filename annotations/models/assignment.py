from django.db import models

from annotations.enums import ReadingState

from .base import Record
from .campaign import Campaign
from .reader import Reader
from .study import Study


class Assignment(Record):
    """One exam given to one reader in one campaign and round."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="assignments")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="assignments")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="assignments")
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=16, choices=ReadingState.choices, default=ReadingState.OPEN)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "study", "reader", "round"], name="assignment_once_per_round"
            ),
            models.CheckConstraint(
                name="assignment_submitted_has_time",
                condition=models.Q(state=ReadingState.OPEN, submitted_at__isnull=True)
                | models.Q(state=ReadingState.SUBMITTED, submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} for {self.reader}"
