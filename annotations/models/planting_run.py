from django.db import models

from .campaign import Campaign
from .reader import Reader
from .reference_exam import ReferenceExam
from .run import Run
from .study import Study


class PlantingRun(Run):
    """A copy of an exam asked for, with calcification of known length in it; done, it is a reference exam."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="planting_runs")
    source = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="planting_runs")
    lengths_mm = models.JSONField(help_text="Planted in each image, each made a little longer or shorter")
    maximum_tries = models.PositiveSmallIntegerField(help_text="How often each reader may read it")
    seed = models.PositiveIntegerField()
    requested_by = models.ForeignKey(
        Reader, on_delete=models.PROTECT, related_name="planting_runs", null=True
    )
    exam = models.OneToOneField(
        ReferenceExam,
        on_delete=models.PROTECT,
        related_name="planting_run",
        null=True,
        help_text="What became of it",
    )

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"planting in a copy of {self.source}"
