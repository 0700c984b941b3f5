from django.db import models

from annotations.enums import BranchDecisionValue, BranchReason

from .annotation import Annotation
from .base import AppendOnlyRecord
from .reader import Reader


class AnnotationBranch(AppendOnlyRecord):
    """What a reader did that could not join her annotation by itself, kept beside it for a person to decide.

    The browser draws the id. A branch takes further operations as long as the browser has some for it.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="branches")
    reason = models.CharField(max_length=16, choices=BranchReason.choices)
    base_version = models.PositiveIntegerField(
        help_text="Of the annotation that the first change was made on"
    )

    class Meta:
        ordering = ["created_at"]
        verbose_name_plural = "annotation branches"

    def __str__(self) -> str:
        return f"{self.annotation_id} {self.reason} from v{self.base_version}"


class BranchOperation(AppendOnlyRecord):
    """One act of the reader in a branch, under the id that the browser gave it; sent twice, stored once.

    A patch would be right on one mask only, so a mask operation names the pixels it turns on and off.
    """

    branch = models.ForeignKey(AnnotationBranch, on_delete=models.PROTECT, related_name="operations")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … without gaps within the branch")
    kind = models.CharField(max_length=8)
    label = models.CharField(max_length=32, blank=True)
    tool = models.CharField(max_length=32, blank=True)
    sets = models.BinaryField(null=True, help_text="Pixels turned on, in the codec of docs/mask_format.md")
    clears = models.BinaryField(null=True, help_text="Pixels turned off")
    content = models.JSONField(default=dict, help_text="The answer or finding, where it is not of masks")
    details = models.JSONField(default=dict)
    made_at = models.DateTimeField(help_text="By the browser")

    class Meta:
        ordering = ["branch", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "sequence"], name="branch_sequence_gapless"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} #{self.sequence} {self.tool or self.kind}"


class BranchDecision(AppendOnlyRecord):
    """A person's word on a branch; the latest counts, the earlier ones stay."""

    branch = models.ForeignKey(AnnotationBranch, on_delete=models.PROTECT, related_name="decisions")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="branch_decisions")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … within the branch; clocks can go back")
    value = models.CharField(max_length=16, choices=BranchDecisionValue.choices)

    class Meta:
        ordering = ["branch", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "sequence"], name="branch_decision_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.value}"
