from django.db import models

from .base import Record
from .reader import Reader


class ReaderPreferences(Record):
    """How one person likes her pages; nothing scientific, so it is changed in place."""

    reader = models.OneToOneField(Reader, on_delete=models.PROTECT, related_name="preferences")
    keys = models.JSONField(default=dict, help_text="Keys by name of the action; only those she changed")

    def __str__(self) -> str:
        return f"preferences of {self.reader}"
