from django.db import models

from annotations.enums import CheckStrictness, ReadingCheck

from .annotation import Annotation
from .base import AppendOnlyRecord
from .campaign import Campaign
from .reader import Reader


class CampaignCheck(AppendOnlyRecord):
    """How strictly a campaign holds a check from here on; the latest row counts, the earlier ones stay."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="checks")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign; clocks can go back")
    check_name = models.CharField(max_length=32, choices=ReadingCheck.choices)
    strictness = models.CharField(max_length=8, choices=CheckStrictness.choices)
    limit = models.PositiveIntegerField(null=True, help_text="The number in checks that have one")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="campaign_checks", null=True)

    class Meta:
        ordering = ["campaign", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "sequence"], name="campaign_check_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.check_name} {self.strictness}"


class CheckAcknowledgement(AppendOnlyRecord):
    """What a reader was warned of at one place, and submitted all the same."""

    annotation = models.ForeignKey(
        Annotation, on_delete=models.PROTECT, related_name="check_acknowledgements"
    )
    check_name = models.CharField(max_length=32, choices=ReadingCheck.choices)
    text = models.TextField(help_text="As she read it")
    x_px = models.FloatField(null=True)
    y_px = models.FloatField(null=True)

    class Meta:
        ordering = ["annotation", "created_at"]

    def __str__(self) -> str:
        return f"{self.annotation_id} {self.check_name}"
