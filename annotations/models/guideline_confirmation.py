from django.db import models

from .base import AppendOnlyRecord
from .campaign import Guideline
from .reader import Reader


class GuidelineConfirmation(AppendOnlyRecord):
    """A reader's word that she has read one version of a guideline and reads by it."""

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="confirmations")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="guideline_confirmations")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["guideline", "reader"], name="guideline_confirmed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.guideline} confirmed by {self.reader}"
