from django.db import models

from annotations.enums import Label

from .annotation import Annotation
from .base import AppendOnlyRecord
from .campaign import Campaign
from .reader import Reader
from .run import Run


class ReAnnotationRun(Run):
    """The accepted readings of a campaign compared with what was first submitted, each image once."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="re_annotation_runs")
    requested_by = models.ForeignKey(
        Reader, on_delete=models.PROTECT, related_name="re_annotation_runs", null=True
    )

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"re-annotation of {self.campaign}"


class ReAnnotation(AppendOnlyRecord):
    """What came of a first reading until it was accepted: whole segments that came and went."""

    before = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="re_annotated_to")
    after = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="re_annotated_from")
    label = models.CharField(max_length=32, choices=Label.choices)
    outcome = models.CharField(max_length=16, help_text="unchanged, added, removed or both")
    added_count = models.PositiveIntegerField(help_text="Segments")
    removed_count = models.PositiveIntegerField()
    kept_count = models.PositiveIntegerField()
    added_length = models.FloatField(help_text="In `unit`")
    removed_length = models.FloatField()
    kept_length = models.FloatField()
    unit = models.CharField(max_length=2, help_text="mm, or px where the size of a pixel is not known")
    is_identical = models.BooleanField(help_text="Not a pixel differs")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["before", "after", "label"], name="re_annotation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} {self.outcome}"
