from django.db import models

from .base import AppendOnlyRecord
from .image_map import ImageMap
from .inference_run import InferenceRun
from .mammogram import Mammogram
from .reader import Reader


class PreannotationView(AppendOnlyRecord):
    """One look of a person at a model's proposal, or at a map that points at calcification.

    Whether a reading is independent follows from these.
    """

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="preannotation_views")
    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="preannotation_views")
    inference_run = models.ForeignKey(InferenceRun, on_delete=models.PROTECT, related_name="views", null=True)
    image_map = models.ForeignKey(ImageMap, on_delete=models.PROTECT, related_name="views", null=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                name="preannotation_view_of_one_thing",
                condition=models.Q(inference_run__isnull=False, image_map__isnull=True)
                | models.Q(inference_run__isnull=True, image_map__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} saw {self.inference_run_id or self.image_map_id}"
