from django.db import models

from annotations.enums import ConsensusRule, Label

from .base import AppendOnlyRecord
from .campaign import Campaign
from .mammogram import Mammogram
from .reader import Reader
from .run import Run


class ConsensusRun(Run):
    """The search for what readers of a campaign agree on, over the images whose readings have changed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="consensus_runs")
    requested_by = models.ForeignKey(
        Reader, on_delete=models.PROTECT, related_name="consensus_runs", null=True
    )
    rule = models.CharField(max_length=16, choices=ConsensusRule.choices)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"consensus of {self.campaign}"


class Consensus(AppendOnlyRecord):
    """What the readings of one image make of one label by the campaign's rule; a newer one takes its place.

    `mask` is in the compact form of docs/mask_format.md. Where fewer than two readings are left it is empty
    and has no segment: nothing can be agreed on.
    """

    run = models.ForeignKey(ConsensusRun, on_delete=models.PROTECT, related_name="consensuses")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="consensuses")
    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="consensuses")
    label = models.CharField(max_length=32, choices=Label.choices)
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign")
    rule = models.CharField(max_length=16, choices=ConsensusRule.choices)
    readings = models.JSONField(help_text="Ids of the annotations compared, sorted")
    mask = models.BinaryField()
    sha256 = models.CharField(max_length=64, help_text="Of the mask in the plain form")

    class Meta:
        ordering = ["campaign", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "sequence"], name="consensus_in_order"),
        ]
        indexes = [
            models.Index(fields=["campaign", "mammogram", "label", "-sequence"], name="consensus_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.label} of {self.mammogram_id}, {self.rule}"
