from django.db import models

from annotations.enums import ModelLabel, ModelState, ModelTask

from .base import AppendOnlyRecord, Record
from .reader import Reader


class ModelVersion(Record):
    """One set of weights, by digest, with the card that says what it is and what it was trained on.

    `state` is that of its last ModelStateChange, kept here so that the database itself holds to one active
    version of a task and label; all else never changes.
    """

    name = models.CharField(max_length=100)
    version = models.CharField(max_length=32)
    architecture = models.CharField(max_length=64)
    task = models.CharField(max_length=32, choices=ModelTask.choices, default=ModelTask.SEGMENTATION)
    label = models.CharField(max_length=32, choices=ModelLabel.choices, default=ModelLabel.BAC)
    weights_sha256 = models.CharField(max_length=64, unique=True, help_text="Of the stored safetensors file")
    card = models.JSONField(default=dict)
    cutoff = models.FloatField(help_text="Probability above which a pixel is proposed, by default")
    synthetic_only = models.BooleanField(help_text="Trained on phantoms alone")
    state = models.CharField(max_length=16, choices=ModelState.choices, default=ModelState.CANDIDATE)

    class Meta:
        ordering = ["state", "name", "version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="model_version_named_once"),
            models.UniqueConstraint(
                fields=["task", "label"],
                condition=models.Q(state=ModelState.ACTIVE),
                name="model_version_active_once",
            ),
            models.CheckConstraint(
                name="model_version_cutoff_is_probability",
                condition=models.Q(cutoff__gte=0, cutoff__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class ModelStateChange(AppendOnlyRecord):
    """A model version enters a state: who said so, when and why. The first says how it came in."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="state_changes")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … of the model version")
    state = models.CharField(max_length=16, choices=ModelState.choices)
    actor = models.ForeignKey(
        Reader,
        on_delete=models.PROTECT,
        related_name="model_state_changes",
        null=True,
        help_text="Empty: Tramline",
    )
    reason = models.TextField()
    replaced = models.ForeignKey(
        ModelVersion,
        on_delete=models.PROTECT,
        related_name="replacements",
        null=True,
        help_text="What was active until then, where this one became active",
    )

    class Meta:
        ordering = ["model_version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["model_version", "number"], name="model_state_change_numbered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_version}: {self.state}"
