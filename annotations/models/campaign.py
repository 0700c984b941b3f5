from django.db import models

from annotations.enums import CampaignPurpose, ConsensusRule, Label, PreannotationPolicy

from .base import AppendOnlyRecord, Record
from .reader import Reader


def all_labels() -> list[str]:
    return list(Label.values)


class Campaign(Record):
    """A reading study: which exams, by whom, under which guideline and with what help."""

    name = models.CharField(max_length=100, unique=True)
    purpose = models.CharField(
        max_length=16, choices=CampaignPurpose.choices, default=CampaignPurpose.READING
    )
    labels = models.JSONField(default=all_labels, help_text="What its readers label; nothing else is taken")
    preannotation = models.CharField(
        max_length=16, choices=PreannotationPolicy.choices, default=PreannotationPolicy.SHOWN
    )
    shows_priors = models.BooleanField(
        default=True, help_text="Whether readers may look at the patient's earlier exams"
    )
    gate_exams = models.PositiveSmallIntegerField(
        default=0, help_text="Exams of each reader that an expert reviews before she gets more; 0: none"
    )
    coverage_share_required = models.FloatField(
        null=True,
        help_text="Share of the breast to be seen at 1:1 before submission; empty: none",
    )
    consensus_rule = models.CharField(
        max_length=16, choices=ConsensusRule.choices, default=ConsensusRule.MAJORITY
    )
    closed_at = models.DateTimeField(null=True, help_text="From then on nothing is given out")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="campaign_coverage_is_a_share",
                condition=models.Q(coverage_share_required__isnull=True)
                | models.Q(coverage_share_required__gt=0, coverage_share_required__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Guideline(AppendOnlyRecord):
    """What readers of a campaign should label, and how: one version of the text."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="guidelines")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign")
    text = models.TextField()
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="guidelines", null=True)

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="guideline_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"guideline {self.number} of {self.campaign}"
