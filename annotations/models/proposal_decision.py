from django.db import models

from annotations.enums import ProposalDecisionValue

from .annotation import Annotation
from .base import AppendOnlyRecord
from .inference_run import InferenceRun


class ProposalDecision(AppendOnlyRecord):
    """A reader's word on one piece that a model proposed, with the id that her browser gave it.

    What she took into her label is there as an operation, too; what she turned down is nowhere else.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="proposal_decisions")
    inference_run = models.ForeignKey(
        InferenceRun, on_delete=models.PROTECT, related_name="proposal_decisions"
    )
    value = models.CharField(max_length=16, choices=ProposalDecisionValue.choices)
    piece = models.BinaryField(help_text="The piece as proposed, in the codec of docs/mask_format.md")
    cutoff = models.FloatField(help_text="Probability from which on pixels were proposed")

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.annotation_id} {self.value}"
