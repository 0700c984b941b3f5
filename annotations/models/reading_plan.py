from django.db import models

from .base import AppendOnlyRecord
from .campaign import Campaign
from .reader import Reader


class ReadingPlan(AppendOnlyRecord):
    """How exams of a campaign were given out: what the lead asked for, and the seed that drew the rest.

    With the same exams and readers the seed draws the same plan again.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="plans")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="reading_plans", null=True)
    seed = models.PositiveBigIntegerField()
    parameters = models.JSONField(help_text="As docs/campaigns.md lists them")

    class Meta:
        ordering = ["campaign", "created_at"]

    def __str__(self) -> str:
        return f"plan of {self.campaign}, {self.created_at:%Y-%m-%d}"
