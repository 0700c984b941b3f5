from django.db import models

from .annotation import Annotation
from .base import AppendOnlyRecord


class ReadingLength(AppendOnlyRecord):
    """How much BAC a submitted reading marks on an image, measured once by the worker."""

    annotation = models.OneToOneField(Annotation, on_delete=models.PROTECT, related_name="reading_length")
    bac_mm = models.FloatField(null=True, help_text="Along the centre line; empty where pixels have no size")
    bac_mm2 = models.FloatField(null=True)
    definition = models.JSONField()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.annotation_id}: {self.bac_mm} mm"
