from django.db import models

from annotations.enums import Label, SegmentOutcome

from .annotation import Annotation
from .base import AppendOnlyRecord
from .campaign import Campaign
from .consensus import Consensus
from .mammogram import Mammogram


class Disagreement(AppendOnlyRecord):
    """A segment that readers of one image drew differently, or that some drew and others did not.

    `key` is a digest of image, label and what each reader drew there: the same drawing found again is the
    same row, so that a decision stays with it. `mask` holds whatever any of them drew, in the compact form.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="disagreements")
    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="disagreements")
    label = models.CharField(max_length=32, choices=Label.choices)
    key = models.CharField(max_length=64)
    mask = models.BinaryField()
    box = models.JSONField(help_text="[first row, first column, row after last, column after last]")
    area_px = models.PositiveIntegerField()
    length_px = models.FloatField()
    length_mm = models.FloatField(null=True, help_text="Empty where the size of a pixel is not known")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="disagreement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.box} of {self.mammogram_id}"


class DisagreementVersion(AppendOnlyRecord):
    """What one reader drew of a disputed segment, under a letter drawn by lot for this segment alone."""

    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="versions")
    letter = models.CharField(max_length=1, help_text="A, B, C …")
    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="disagreement_versions")
    mask = models.BinaryField()
    area_px = models.PositiveIntegerField()

    class Meta:
        ordering = ["disagreement", "letter"]
        constraints = [
            models.UniqueConstraint(fields=["disagreement", "letter"], name="version_letter_once"),
            models.UniqueConstraint(fields=["disagreement", "annotation"], name="version_annotation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} of {self.disagreement_id}"


class ConsensusSegment(AppendOnlyRecord):
    """That a consensus found a disagreement, how its readers voted, and what the rule made of that."""

    consensus = models.ForeignKey(Consensus, on_delete=models.PROTECT, related_name="segments")
    disagreement = models.ForeignKey(
        Disagreement, on_delete=models.PROTECT, related_name="consensus_segments"
    )
    marked_by = models.PositiveSmallIntegerField(help_text="Readers who drew something there")
    read_by = models.PositiveSmallIntegerField(help_text="Readers who read the image")
    probability = models.FloatField(null=True, help_text="That it is there, by STAPLE")
    outcome = models.CharField(max_length=16, choices=SegmentOutcome.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consensus", "disagreement"], name="segment_once_per_consensus"),
        ]

    def __str__(self) -> str:
        return f"{self.marked_by} of {self.read_by}: {self.outcome}"
