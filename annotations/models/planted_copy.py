from django.db import models

from .base import AppendOnlyRecord
from .mammogram import Mammogram
from .reader import Reader


class PlantedCopy(AppendOnlyRecord):
    """A stored image that is a copy of another one, with calcification of known length planted in it or not.

    Nothing on the image itself says so. Its patient is nobody, so no dataset takes it in.
    """

    mammogram = models.OneToOneField(Mammogram, on_delete=models.PROTECT, related_name="planted_copy")
    source = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="planted_copies")
    recipe = models.JSONField(help_text="What was planted where: enough to make the same pixels again")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="planted_copies", null=True)

    class Meta:
        ordering = ["created_at"]
        verbose_name_plural = "planted copies"

    def __str__(self) -> str:
        return f"copy of {self.source_id}"
