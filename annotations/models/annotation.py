from django.db import models

from annotations.enums import AlgorithmType, Label, OperationKind, ReadingState, Tool

from .assignment import Assignment
from .base import AppendOnlyRecord, Record
from .mammogram import Mammogram
from .reader import Reader


class Annotation(Record):
    """One reading of one image: its masks and answers are the replay of its operations.

    `version` counts stored operations. Once submitted, no operation is added; whatever follows
    (correction, adjudication) is a new annotation with `derived_from`.
    """

    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="annotations")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="annotations", null=True
    )
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="annotations")
    algorithm_type = models.CharField(
        max_length=16, choices=AlgorithmType.choices, default=AlgorithmType.MANUAL, help_text="(0062,0008)"
    )
    derived_from = models.ForeignKey("self", on_delete=models.PROTECT, related_name="derivations", null=True)
    state = models.CharField(max_length=16, choices=ReadingState.choices, default=ReadingState.OPEN)
    version = models.PositiveIntegerField(default=0)
    preannotation_shown = models.BooleanField(
        default=False, help_text="Whether a model's proposal was on screen before submission"
    )
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "mammogram"],
                condition=models.Q(derived_from__isnull=True),
                name="annotation_once_per_assignment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mammogram} by {self.reader}"


class AnnotationOperation(AppendOnlyRecord):
    """One act of the reader, with the id that the browser gave it: sent twice, it is stored once.

    A mask operation carries an XOR patch, so a mask is the XOR of its patches in any order.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="operations")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … without gaps within the annotation")
    kind = models.CharField(max_length=8, choices=OperationKind.choices)
    label = models.CharField(max_length=32, choices=Label.choices, blank=True)
    tool = models.CharField(max_length=32, choices=Tool.choices, blank=True)
    patch = models.BinaryField(null=True, help_text="XOR patch in the codec of docs/mask_format.md")
    question = models.CharField(
        max_length=32, blank=True, help_text="That of every image (enums.Question), or one of the campaign"
    )
    answer = models.CharField(max_length=32, blank=True)
    finding = models.JSONField(null=True, help_text="A finding as it is from here on, or its removal")
    details = models.JSONField(default=dict)
    made_at = models.DateTimeField(help_text="By the browser's clock")

    class Meta:
        ordering = ["annotation", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["annotation", "sequence"], name="operation_sequence_gapless"),
            models.CheckConstraint(
                name="operation_is_of_one_kind",
                condition=models.Q(kind=OperationKind.MASK, patch__isnull=False, finding__isnull=True)
                & ~models.Q(label="")
                | models.Q(kind=OperationKind.ANSWER, patch__isnull=True, finding__isnull=True)
                & ~models.Q(answer="")
                | models.Q(kind=OperationKind.FINDING, patch__isnull=True, finding__isnull=False)
                & models.Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotation_id} #{self.sequence} {self.tool or self.question or self.kind}"


class AnnotationSnapshot(AppendOnlyRecord):
    """The mask of one label after operation number `version`, so that a replay need not start at zero.

    `mask` is in the compact form of docs/mask_format.md, in rows of earlier days in the plain one; `sha256`
    is the mask's digest, which is that of the plain form.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="snapshots")
    version = models.PositiveIntegerField()
    label = models.CharField(max_length=32, choices=Label.choices)
    mask = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    area_px = models.PositiveIntegerField()

    class Meta:
        ordering = ["annotation", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation", "version", "label"], name="snapshot_once_per_version_and_label"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotation_id} v{self.version} {self.label}"
