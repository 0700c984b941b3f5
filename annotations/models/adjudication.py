from django.db import models

from annotations.enums import AdjudicationChoice

from .base import AppendOnlyRecord, Record
from .campaign import Campaign
from .disagreement import Disagreement
from .mammogram import Mammogram
from .reader import Reader

WITHOUT_MASK = [AdjudicationChoice.DISCUSS, AdjudicationChoice.UNDO]


class AdjudicationRequest(AppendOnlyRecord):
    """A wish that an expert look at every disagreement of an image, and at this image before others."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="adjudication_requests")
    mammogram = models.ForeignKey(Mammogram, on_delete=models.PROTECT, related_name="adjudication_requests")
    requested_by = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="adjudication_requests")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "mammogram"], name="adjudication_requested_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mammogram_id} for {self.campaign}"


class AdjudicationLease(Record):
    """Who has a segment on her screen, for a few minutes; the row is taken over by the next."""

    disagreement = models.OneToOneField(Disagreement, on_delete=models.PROTECT, related_name="lease")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="adjudication_leases")
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.disagreement_id} until {self.expires_at}"


class AdjudicationDecision(AppendOnlyRecord):
    """An expert's word on one segment, under the id of her browser; taking it back is a further row.

    `mask` is what is kept of the segment, in the compact form: the decision stands by itself. One that came
    after another expert's is late: it is kept and does not count.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="adjudication_decisions")
    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="decisions")
    adjudicator = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="adjudication_decisions")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … within the campaign; clocks can go back")
    choice = models.CharField(max_length=16, choices=AdjudicationChoice.choices)
    letter = models.CharField(max_length=1, blank=True, help_text="Of the version taken")
    mask = models.BinaryField(null=True)
    note = models.TextField(blank=True)
    is_late = models.BooleanField(default=False)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, related_name="undone_by", null=True)

    class Meta:
        ordering = ["campaign", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "sequence"], name="adjudication_in_order"),
            models.CheckConstraint(
                name="adjudication_mask_where_it_decides",
                condition=models.Q(choice__in=WITHOUT_MASK, mask__isnull=True)
                | ~models.Q(choice__in=WITHOUT_MASK) & models.Q(mask__isnull=False),
            ),
            models.CheckConstraint(
                name="adjudication_undo_names_what",
                condition=models.Q(choice=AdjudicationChoice.UNDO, undoes__isnull=False)
                | ~models.Q(choice=AdjudicationChoice.UNDO) & models.Q(undoes__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.sequence} {self.choice} {self.letter}".strip()
