from django.db import models
from django.db.models.functions import Coalesce

from annotations.enums import Label

from .annotation import Annotation
from .base import AppendOnlyRecord
from .campaign import Campaign
from .reader import Reader
from .run import Run


class AgreementRun(Run):
    """All readings of a campaign compared two by two; what was compared before is not done again."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="agreement_runs")
    requested_by = models.ForeignKey(
        Reader, on_delete=models.PROTECT, related_name="agreement_runs", null=True
    )
    compared = models.PositiveIntegerField(default=0, help_text="Comparisons that no earlier run had made")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"agreement of {self.campaign}"


class PairComparison(AppendOnlyRecord):
    """Two masks of one size compared: counts that add up over images, and the measures they give.

    Known by the digests of the masks (the smaller one first), the size of a pixel and the version of the
    definitions, so that equal masks are compared once, whoever drew them and on whichever image.
    """

    first_sha256 = models.CharField(max_length=64)
    second_sha256 = models.CharField(max_length=64)
    pixel_spacing_row_mm = models.FloatField(null=True)
    pixel_spacing_column_mm = models.FloatField(null=True)
    definition_version = models.PositiveIntegerField()
    area_first_px = models.PositiveIntegerField()
    area_second_px = models.PositiveIntegerField()
    area_both_px = models.PositiveIntegerField()
    line_first_px = models.PositiveIntegerField(help_text="Pixels of the centre line")
    line_second_px = models.PositiveIntegerField()
    inside_first_px = models.PositiveIntegerField(help_text="Those inside the other mask")
    inside_second_px = models.PositiveIntegerField()
    near_first_px = models.PositiveIntegerField(
        null=True, help_text="Those near the other centre line; empty where pixels have no size"
    )
    near_second_px = models.PositiveIntegerField(null=True)
    segments_first = models.PositiveIntegerField()
    segments_second = models.PositiveIntegerField()
    confirmed_first = models.PositiveIntegerField(null=True, help_text="Segments that the other mask has too")
    confirmed_second = models.PositiveIntegerField(null=True)
    length_first_px = models.FloatField()
    length_second_px = models.FloatField()
    length_first_mm = models.FloatField(null=True)
    length_second_mm = models.FloatField(null=True)
    dice = models.FloatField(null=True, help_text="Empty where both masks are")
    dice_l_sym = models.FloatField(null=True)
    cl_dice = models.FloatField(null=True)
    detection_f1 = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "first_sha256",
                "second_sha256",
                "definition_version",
                Coalesce("pixel_spacing_row_mm", 0.0),
                Coalesce("pixel_spacing_column_mm", 0.0),
                name="pair_compared_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_sha256[:8]} with {self.second_sha256[:8]}"


class ReadingPair(AppendOnlyRecord):
    """Two readings of one image and one label, with their comparison; a newer one takes its place.

    Of two readers in one round, or of one reader in two. `is_turned`: the first reading's mask is the second
    one of the comparison. They are compared anew where the definitions change, or the size of a pixel becomes
    known.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reading_pairs")
    first = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="pairs_as_first")
    second = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="pairs_as_second")
    label = models.CharField(max_length=32, choices=Label.choices)
    comparison = models.ForeignKey(PairComparison, on_delete=models.PROTECT, related_name="pairs")
    is_turned = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second", "label", "comparison"], name="reading_pair_once"
            ),
        ]
        indexes = [models.Index(fields=["campaign", "label"], name="pair_of_campaign")]

    def __str__(self) -> str:
        return f"{self.label} of {self.first_id} with {self.second_id}"


class SegmentVotes(AppendOnlyRecord):
    """What a set of masks of one size says segment by segment: each piece of all together, and who drew it.

    `masks` are their digests, sorted, each once; a segment's votes are in their order. `key` is a digest of
    the masks, the size of a pixel and the version of the definitions.
    """

    key = models.CharField(max_length=64, unique=True)
    masks = models.JSONField()
    segments = models.JSONField(help_text="[row, column, length px, length mm, votes] each")
    patterns = models.JSONField(help_text="Pixels around all that was drawn, by who drew them")
    definition_version = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "segment votes"

    def __str__(self) -> str:
        return f"{len(self.segments)} segments of {len(self.masks)} masks"


class AgreementReport(AppendOnlyRecord):
    """How well the readers of a campaign agree, as of a moment: figures with intervals and definitions."""

    run = models.OneToOneField(AgreementRun, on_delete=models.PROTECT, related_name="report")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="agreement_reports")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign")
    as_of = models.DateTimeField(help_text="Readings that were submitted until then are in it")
    reading_count = models.PositiveIntegerField()
    definition_version = models.PositiveIntegerField()
    definitions = models.JSONField(help_text="What each figure is, in words")
    figures = models.JSONField()

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="agreement_report_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"agreement {self.number} of {self.campaign}"
