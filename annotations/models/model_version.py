from django.db import models

from .base import Record


class ModelVersion(Record):
    """One set of weights, by digest, with the card that says what it is and what it was trained on."""

    name = models.CharField(max_length=100)
    version = models.CharField(max_length=32)
    architecture = models.CharField(max_length=64)
    weights_sha256 = models.CharField(max_length=64, unique=True, help_text="Of the stored safetensors file")
    card = models.JSONField(default=dict)
    cutoff = models.FloatField(help_text="Probability above which a pixel is proposed, by default")
    synthetic_only = models.BooleanField(help_text="Trained on phantoms alone")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["-is_active", "name", "version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="model_version_named_once"),
            models.CheckConstraint(
                name="model_version_cutoff_is_probability",
                condition=models.Q(cutoff__gte=0, cutoff__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
