from django.db import models

from .base import Record


class Patient(Record):
    """One person, known by a pseudonym only; the sender's Patient ID is never stored."""

    code = models.CharField(max_length=32, unique=True, help_text="Keyed pseudonym of Patient ID (0010,0020)")

    def __str__(self) -> str:
        return self.code
