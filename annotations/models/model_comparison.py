from django.db import models

from .base import AppendOnlyRecord
from .dataset import DatasetVersion
from .model_version import ModelVersion
from .reader import Reader
from .run import Run


class ModelComparison(Run):
    """Two model versions over the test part of one frozen dataset version, image by image.

    `cases` grows while it runs, so that a worker that comes later need not measure them again.
    """

    first = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="comparisons_as_first")
    second = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="comparisons_as_second")
    dataset_version = models.ForeignKey(
        DatasetVersion, on_delete=models.PROTECT, related_name="model_comparisons"
    )
    requested_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="model_comparisons")
    cases = models.JSONField(default=list, help_text="What both measured on each reading, in its order")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.first} and {self.second} on {self.dataset_version}"


class ModelComparisonReport(AppendOnlyRecord):
    """What came of a comparison, with the definitions by which it was measured."""

    run = models.OneToOneField(ModelComparison, on_delete=models.PROTECT, related_name="report")
    figures = models.JSONField(help_text="Of each measure: both means, their difference, intervals, p values")
    cases = models.JSONField()
    definitions = models.JSONField()

    def __str__(self) -> str:
        return f"report of {self.run}"
