from django.db import models

from .mammogram import Mammogram
from .model_version import ModelVersion
from .reader import Reader
from .run import Run

BATCH_PRIORITY = -1


class InferenceRun(Run):
    """One model on one mammogram; its probability map is kept, the cut-off stays the reader's choice."""

    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="inference_runs")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="inference_runs")
    requested_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="inference_runs")
    probability_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the stored 8-bit PNG")
    seconds = models.FloatField(null=True)
    provenance = models.JSONField(default=dict)
    is_batch = models.BooleanField(default=False, help_text="Nobody waits for it at a screen")

    class Meta:
        ordering = ["-created_at"]

    @property
    def queue_priority(self) -> int:
        return BATCH_PRIORITY if self.is_batch else super().queue_priority

    def __str__(self) -> str:
        return f"{self.model_version} on {self.mammogram}"
