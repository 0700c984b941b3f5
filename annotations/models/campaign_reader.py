from django.db import models

from .base import Record
from .campaign import Campaign
from .reader import Reader


class CampaignReader(Record):
    """Somebody who reads in a campaign, from the day she joins until she leaves."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="readers")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="campaigns_read")
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["campaign", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "reader"], name="campaign_reader_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reader} in {self.campaign}"
