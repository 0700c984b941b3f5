from django.db import models

from annotations.enums import MapKind

from .base import AppendOnlyRecord
from .mammogram import Mammogram
from .reader import Reader
from .run import Run


class ImageMap(AppendOnlyRecord):
    """A number for each place of a mammogram, shown over it: an 8-bit grey PNG.

    Level 0 says that a place has no value; level n means lowest + (n - 1) * step.
    """

    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="maps")
    kind = models.CharField(max_length=32, choices=MapKind.choices)
    png_sha256 = models.CharField(max_length=64)
    step_px = models.PositiveSmallIntegerField(help_text="Side of a map's pixel in pixels of the image")
    unit = models.CharField(max_length=16, blank=True, help_text="Empty for a share from 0 to 1")
    lowest = models.FloatField()
    step = models.FloatField()
    visible_from = models.FloatField(help_text="Smaller values are noise and are not painted")
    source = models.CharField(max_length=100, help_text="Classifier and version, or the way of measuring")
    provenance = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.mammogram}"


class MapRun(Run):
    """A map being measured by a worker because somebody wanted to see it."""

    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="map_runs")
    kind = models.CharField(max_length=32, choices=MapKind.choices)
    requested_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="map_runs")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.mammogram}"
