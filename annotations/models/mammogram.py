from django.db import models

from .base import Record
from .study import Study


class Mammogram(Record):
    """One stored image: its facts here, its pixels as one lossless PNG in the content store.

    Written once by ingest; a pixel spacing that was missing may be supplied later. `pixels_sha256` names the
    file; equal pixels are one mammogram.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="mammograms")
    sop_instance_uid = models.CharField(
        max_length=64, unique=True, help_text="Keyed pseudonym of SOP Instance UID (0008,0018)"
    )
    source_sha256 = models.CharField(max_length=64, db_index=True, help_text="Of the file as it came")
    pixels_sha256 = models.CharField(max_length=64, unique=True, help_text="Of the clean 16-bit PNG")
    rows = models.PositiveIntegerField(help_text="(0028,0010)")
    columns = models.PositiveIntegerField(help_text="(0028,0011)")
    bits_stored = models.PositiveSmallIntegerField(help_text="(0028,0101)")
    photometric_interpretation = models.CharField(max_length=16, help_text="(0028,0004)")
    presentation_intent = models.CharField(max_length=16, blank=True, help_text="(0008,0068)")
    image_laterality = models.CharField(max_length=1, blank=True, help_text="(0020,0062)")
    view_position = models.CharField(max_length=8, blank=True, help_text="(0018,5101)")
    pixel_spacing_row_mm = models.FloatField(null=True)
    pixel_spacing_column_mm = models.FloatField(null=True)
    pixel_spacing_source = models.CharField(max_length=32, blank=True)
    attributes = models.JSONField(
        default=dict, help_text="Every other kept header value by DICOM keyword: windows, exposure, maker"
    )

    class Meta:
        ordering = ["image_laterality", "view_position", "created_at"]
        constraints = [
            models.CheckConstraint(
                name="mammogram_spacing_positive",
                condition=models.Q(pixel_spacing_row_mm__isnull=True, pixel_spacing_column_mm__isnull=True)
                | models.Q(pixel_spacing_row_mm__gt=0, pixel_spacing_column_mm__gt=0),
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="mammogram_newest")]

    def __str__(self) -> str:
        return f"{self.study.patient.code} {self.view}"

    @property
    def view(self) -> str:
        """Laterality and view position as read on film: RMLO, LCC; 'image' where neither is known."""
        return f"{self.image_laterality}{self.view_position}" or "image"

    @property
    def pixel_spacing_mm(self) -> tuple[float, float] | None:
        if self.pixel_spacing_row_mm is None or self.pixel_spacing_column_mm is None:
            return None
        return (self.pixel_spacing_row_mm, self.pixel_spacing_column_mm)
