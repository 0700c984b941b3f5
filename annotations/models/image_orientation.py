from django.db import models

from .base import AppendOnlyRecord
from .mammogram import Mammogram


class ImageOrientation(AppendOnlyRecord):
    """How the breast lies in the stored picture, as found in its pixels by one way of looking."""

    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="orientations")
    method = models.CharField(max_length=32, help_text="Name and version of the way of looking")
    chest_wall = models.CharField(
        max_length=6,
        blank=True,
        help_text="Edge of the picture that the breast lies against: left, right, top, bottom; '' not found",
    )
    is_upside_down = models.BooleanField(
        null=True, help_text="Whether the chest muscle lies at the lower end; null: no muscle was found"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mammogram", "method"], name="orientation_once_per_method"),
        ]

    def __str__(self) -> str:
        return f"{self.mammogram_id} {self.chest_wall}"
