from django.db import models

from annotations.enums import ReferenceKind

from .annotation import Annotation
from .base import AppendOnlyRecord
from .campaign import Campaign
from .mammogram import Mammogram
from .reader import Reader
from .study import Study


class ReferenceExam(AppendOnlyRecord):
    """An exam of a campaign whose answer is known.

    In training its reader is shown the answer once she has submitted; in a reading campaign nobody who reads
    there learns which exams these are.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reference_exams")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="reference_exams")
    kind = models.CharField(max_length=16, choices=ReferenceKind.choices)
    maximum_tries = models.PositiveSmallIntegerField(help_text="How often each reader may read it")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="reference_exams", null=True)

    class Meta:
        ordering = ["campaign", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "study"], name="reference_exam_once"),
            models.CheckConstraint(
                name="reference_exam_can_be_read", condition=models.Q(maximum_tries__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} as reference in {self.campaign}"


class ReferenceLabel(AppendOnlyRecord):
    """The known BAC label of one image of a reference exam, in the compact form of docs/mask_format.md."""

    exam = models.ForeignKey(ReferenceExam, on_delete=models.PROTECT, related_name="labels")
    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="reference_labels")
    mask = models.BinaryField()
    sha256 = models.CharField(max_length=64, help_text="Of the mask in its plain form")
    is_whole = models.BooleanField(
        help_text="Whether all calcification of the image is in it; else it says nothing of what lies beside"
    )
    annotation = models.ForeignKey(
        Annotation,
        on_delete=models.PROTECT,
        related_name="reference_labels",
        null=True,
        help_text="The expert's reading it was taken from",
    )

    class Meta:
        ordering = ["exam", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "mammogram"], name="reference_label_once"),
        ]

    def __str__(self) -> str:
        return f"reference of {self.mammogram_id}"


class ReferenceScore(AppendOnlyRecord):
    """One reading of an image held against its known label, by length and by place."""

    label = models.ForeignKey(ReferenceLabel, on_delete=models.PROTECT, related_name="scores")
    annotation = models.OneToOneField(Annotation, on_delete=models.PROTECT, related_name="reference_score")
    try_number = models.PositiveSmallIntegerField(help_text="1, 2, 3 … of this reader at this exam")
    length_mm = models.FloatField(null=True, help_text="Of the known label; empty where pixels have no size")
    found_mm = models.FloatField(null=True)
    extra_mm = models.FloatField(null=True, help_text="Drawn beside it; empty where the label is not whole")
    segments = models.PositiveIntegerField()
    segments_found = models.PositiveIntegerField()
    definition = models.JSONField(help_text="The choices behind the numbers")

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.annotation_id}: {self.segments_found} of {self.segments}"
