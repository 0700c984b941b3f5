from django.db import models

from annotations.enums import CorrectionDecisionValue, Label

from .annotation import Annotation
from .base import AppendOnlyRecord
from .reader import Reader
from .run import Run


class CorrectionRun(Run):
    """The label-correction algorithm on one label of one annotation, at one version of it."""

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="correction_runs")
    annotation_version = models.PositiveIntegerField()
    label = models.CharField(max_length=32, choices=Label.choices, default=Label.BAC)
    requested_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="correction_runs")
    mode = models.CharField(max_length=16, blank=True, help_text="physical or relative")
    algorithm_version = models.CharField(max_length=32, blank=True)
    parameters = models.JSONField(default=dict)
    parameters_sha256 = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict)
    result = models.OneToOneField(
        Annotation,
        on_delete=models.PROTECT,
        related_name="corrected_by",
        null=True,
        help_text="The new annotation, once a person has decided",
    )

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"correction of {self.annotation}"


class CorrectionComponent(AppendOnlyRecord):
    """One piece of the label as the algorithm saw it: measures, proposal, reason.

    `mask` is in the compact form of docs/mask_format.md, in rows of earlier days in the plain one.
    """

    run = models.ForeignKey(CorrectionRun, on_delete=models.PROTECT, related_name="components")
    number = models.PositiveIntegerField()
    parent_number = models.PositiveIntegerField(null=True, help_text="The connected piece it was split from")
    decision = models.CharField(max_length=16, choices=CorrectionDecisionValue.choices)
    reason = models.CharField(max_length=64, blank=True)
    reason_text = models.TextField(blank=True)
    mask = models.BinaryField()
    box = models.JSONField(help_text="[first row, first column, row after last, column after last]")
    measures = models.JSONField(default=dict)
    flags = models.JSONField(default=list)

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="correction_component_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} #{self.number} {self.decision}"


class CorrectionDecision(AppendOnlyRecord):
    """A person's word on a component; the latest counts, the earlier ones stay."""

    component = models.ForeignKey(CorrectionComponent, on_delete=models.PROTECT, related_name="decisions")
    reviewer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="correction_decisions")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … within the run; clocks can go back")
    is_removed = models.BooleanField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["component", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["component", "sequence"], name="correction_decision_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.component_id} {'remove' if self.is_removed else 'keep'}"
