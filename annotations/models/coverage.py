from django.db import models

from .annotation import Annotation
from .base import AppendOnlyRecord
from .mammogram import Mammogram


class BreastArea(AppendOnlyRecord):
    """Which cells of the coverage grid of an image hold breast; found once, shares keep their meaning."""

    mammogram = models.OneToOneField(Mammogram, on_delete=models.PROTECT, related_name="breast_area")
    cells = models.BinaryField(help_text="One bit for each cell, row by row, highest bit first")
    is_found = models.BooleanField(help_text="False: no breast was told from air, so every cell counts")

    def __str__(self) -> str:
        return f"breast of {self.mammogram_id}"


class CoverageRecord(AppendOnlyRecord):
    """Cells of an image that its reader had on screen at 1:1 or larger; all together are what she saw."""

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="coverage_records")
    cells = models.BinaryField(help_text="As in BreastArea")

    class Meta:
        ordering = ["annotation", "created_at"]

    def __str__(self) -> str:
        return f"seen of {self.annotation_id}"
