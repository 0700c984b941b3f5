from django.db import models

from .base import Record
from .patient import Patient


class Study(Record):
    """One exam: usually RCC, LCC, RMLO, LMLO, or a single image."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="studies")
    study_instance_uid = models.CharField(
        max_length=64, unique=True, help_text="Keyed pseudonym of Study Instance UID (0020,000D)"
    )

    shifted_day = models.IntegerField(
        null=True,
        help_text="Study Date (0008,0020) in days, moved by a secret amount of this patient's own: only "
        "differences between exams of one patient mean anything",
    )

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.patient.code} {self.study_instance_uid[-6:]}"
