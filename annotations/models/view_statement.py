from django.db import models

from .base import AppendOnlyRecord
from .mammogram import Mammogram
from .reader import Reader


class ViewStatement(AppendOnlyRecord):
    """A person's answer to which breast and view an image shows; the last one counts, the header stays."""

    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="view_statements")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … for the image; clocks can go back")
    laterality = models.CharField(max_length=1, help_text="R, L or B for both")
    view = models.CharField(max_length=8, help_text="As View Position (0018,5101): CC, MLO, ...")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="view_statements")

    class Meta:
        ordering = ["mammogram", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["mammogram", "sequence"], name="view_statement_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.mammogram_id} {self.laterality}{self.view}"
