from django.db import models

from .base import Record
from .patient import Patient


class Study(Record):
    """One exam: usually RCC, LCC, RMLO, LMLO, or a single image."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="studies")
    study_instance_uid = models.CharField(
        max_length=64, unique=True, help_text="Keyed pseudonym of Study Instance UID (0020,000D)"
    )

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.patient.code} {self.study_instance_uid[-6:]}"
