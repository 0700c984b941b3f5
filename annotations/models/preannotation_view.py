from django.db import models

from .base import AppendOnlyRecord
from .inference_run import InferenceRun
from .mammogram import Mammogram
from .reader import Reader


class PreannotationView(AppendOnlyRecord):
    """One look of a person at a model's proposal: whether a reading is independent follows from these."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="preannotation_views")
    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="preannotation_views")
    inference_run = models.ForeignKey(InferenceRun, on_delete=models.PROTECT, related_name="views")

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.reader} saw {self.inference_run_id}"
