from django.db import models

from .dataset import DatasetVersion
from .model_version import ModelVersion
from .reader import Reader
from .run import Run


class TrainingRun(Run):
    """A network trained by a recipe on a frozen dataset version; what comes of it is a candidate."""

    recipe = models.CharField(max_length=100, help_text="Of those that ship, by the name of its file")
    config = models.TextField(help_text="The recipe as it is run: with its own seed and version")
    dataset_version = models.ForeignKey(
        DatasetVersion, on_delete=models.PROTECT, related_name="training_runs"
    )
    seed = models.PositiveIntegerField()
    requested_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="training_runs")
    curve = models.JSONField(default=list, help_text="Losses and learning rate of each epoch that is done")
    said = models.CharField(max_length=300, blank=True, help_text="What training last told of itself")
    model_version = models.OneToOneField(
        ModelVersion, on_delete=models.PROTECT, related_name="training_run", null=True
    )

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.recipe} on {self.dataset_version}, seed {self.seed}"
