from django.db import models

from .annotation import Annotation
from .base import AppendOnlyRecord
from .campaign import Campaign
from .mammogram import Mammogram
from .reader import Reader


class ReferenceStandard(AppendOnlyRecord):
    """One state of what a campaign found: every settled image with its final masks, as a numbered version.

    It is the replay of the consensuses and decisions up to the two numbers given here, and of nothing else.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reference_standards")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign")
    built_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="reference_standards")
    consensus_sequence = models.PositiveIntegerField(help_text="Of the last consensus that counts")
    decision_sequence = models.PositiveIntegerField(help_text="Of the last decision that counts; 0: none")
    images_waiting = models.PositiveIntegerField(help_text="Left out, because a segment waits for an expert")
    content_sha256 = models.CharField(max_length=64, help_text="Of images, labels and digests of all masks")

    class Meta:
        ordering = ["campaign", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="reference_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"reference standard {self.number} of {self.campaign}"


class ReferenceImage(AppendOnlyRecord):
    """One image of a reference standard; versions whose masks are the same share the annotation."""

    reference = models.ForeignKey(ReferenceStandard, on_delete=models.PROTECT, related_name="images")
    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="reference_images")
    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="reference_images")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "mammogram"], name="reference_image_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mammogram_id} of {self.reference}"
