from django.db import models

from .base import Record


class Campaign(Record):
    """A reading study: which exams, by whom, under which guideline."""

    name = models.CharField(max_length=100, unique=True)
    guideline = models.TextField(blank=True)
    shows_preannotation = models.BooleanField(
        default=True, help_text="Whether readers may see a model's proposal before they submit"
    )

    def __str__(self) -> str:
        return self.name
