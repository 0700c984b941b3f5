from django.db import models

from .base import AppendOnlyRecord
from .campaign import Campaign
from .inference_run import InferenceRun
from .model_version import ModelVersion
from .reader import Reader
from .run import Run


class InferenceBatch(Run):
    """A model asked for over all images of a campaign; what it has looked at it looks at no second time."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="inference_batches")
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="inference_batches"
    )
    requested_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="inference_batches")

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "inference batches"

    def __str__(self) -> str:
        return f"{self.model_version} on the images of {self.campaign}"


class InferenceBatchItem(AppendOnlyRecord):
    """One run of a batch."""

    batch = models.ForeignKey(InferenceBatch, on_delete=models.PROTECT, related_name="items")
    run = models.ForeignKey(InferenceRun, on_delete=models.PROTECT, related_name="batch_items")

    class Meta:
        ordering = ["batch", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "run"], name="inference_batch_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} of {self.batch_id}"
