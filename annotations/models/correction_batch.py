from django.db import models

from .base import AppendOnlyRecord
from .campaign import Campaign
from .correction_run import CorrectionRun
from .reader import Reader
from .run import Run


class CorrectionBatch(Run):
    """Label correction asked for over the submitted readings of a campaign, for one person to review."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="correction_batches")
    requested_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="correction_batches")
    reader = models.ForeignKey(
        Reader,
        on_delete=models.PROTECT,
        related_name="corrected_in_batches",
        null=True,
        help_text="Whose readings alone; empty: everybody's",
    )
    refusals = models.JSONField(default=dict, help_text="Why readings could not be corrected, and how many")

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "correction batches"

    def __str__(self) -> str:
        return f"correction of {self.campaign}"


class CorrectionBatchItem(AppendOnlyRecord):
    """One correction of a batch."""

    batch = models.ForeignKey(CorrectionBatch, on_delete=models.PROTECT, related_name="items")
    run = models.ForeignKey(CorrectionRun, on_delete=models.PROTECT, related_name="batch_items")

    class Meta:
        ordering = ["batch", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "run"], name="correction_batch_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} of {self.batch_id}"
