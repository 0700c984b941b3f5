from django.db import models

from .assignment import Assignment
from .base import Record
from .campaign import Campaign
from .reading_plan import ReadingPlan
from .study import Study


class PoolSlot(Record):
    """One reading of an exam that any reader of the campaign may take; an exam wanted twice has two.

    Taken, it is held by a lease of minutes that the reading page renews. A lease that ran out gives the slot
    back, unless its reader has drawn something.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="pool_slots")
    plan = models.ForeignKey(ReadingPlan, on_delete=models.PROTECT, related_name="pool_slots")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="pool_slots")
    number = models.PositiveSmallIntegerField(help_text="1, 2, 3 … within the exam")
    position = models.PositiveIntegerField(help_text="Random place in the pool")
    priority = models.SmallIntegerField(default=0, help_text="Higher is read first")
    due_on = models.DateField(null=True)
    shows_preannotation = models.BooleanField(default=True)
    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, related_name="pool_slot", null=True, help_text="Who has it"
    )
    lease_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="From then on it is not given out: exam withdrawn")

    class Meta:
        ordering = ["-priority", "due_on", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "study", "number"], name="pool_slot_numbered_once"),
            models.CheckConstraint(
                name="pool_slot_taken_has_lease",
                condition=models.Q(assignment__isnull=True, lease_until__isnull=True)
                | models.Q(assignment__isnull=False, lease_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "-priority", "due_on", "position"],
                name="pool_slot_free",
                condition=models.Q(assignment__isnull=True, closed_at__isnull=True),
            ),
            models.Index(
                fields=["lease_until"],
                name="pool_slot_lease",
                condition=models.Q(assignment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"reading {self.number} of {self.study}"
