from django.db import models

from .annotation import Annotation
from .base import AppendOnlyRecord


class ReadingInterval(AppendOnlyRecord):
    """One stretch of time in which a reader worked on an image: pointer, keys or wheel, page in sight.

    The browser measures with a clock that cannot be set, and says how long ago the stretch began; so the
    start is by the server's clock, whatever the browser's says.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="reading_intervals")
    started_at = models.DateTimeField(help_text="By the server's clock")
    duration_ms = models.PositiveIntegerField()

    class Meta:
        ordering = ["annotation", "started_at"]
        constraints = [
            models.CheckConstraint(name="reading_interval_lasts", condition=models.Q(duration_ms__gt=0)),
        ]
        indexes = [models.Index(fields=["started_at"], name="reading_interval_recent")]

    def __str__(self) -> str:
        return f"{self.annotation_id} {self.duration_ms} ms"
