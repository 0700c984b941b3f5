from django.db import models

from annotations.enums import AssignmentState, Grade

from .base import Record
from .campaign import Campaign, Guideline
from .reader import Reader
from .reading_plan import ReadingPlan
from .study import Study


class Assignment(Record):
    """One exam given to one reader in one campaign and round: when, in which order, and with what help."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="assignments")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="assignments")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="assignments")
    plan = models.ForeignKey(ReadingPlan, on_delete=models.PROTECT, related_name="assignments", null=True)
    round = models.PositiveSmallIntegerField(default=1)
    batch = models.PositiveSmallIntegerField(default=1)
    priority = models.SmallIntegerField(default=0, help_text="Higher is read first")
    position = models.PositiveIntegerField(default=0, help_text="Place in this reader's own random order")
    opens_on = models.DateField(null=True, help_text="Not given out before: the wash-out of a repeat")
    due_on = models.DateField(null=True)
    shows_preannotation = models.BooleanField(
        default=True, help_text="Whether its reader may see a model's proposal before she submits"
    )
    guideline = models.ForeignKey(
        Guideline,
        on_delete=models.PROTECT,
        related_name="assignments",
        null=True,
        help_text="The version that its reader had confirmed when she began",
    )
    grade = models.CharField(max_length=8, choices=Grade.choices, blank=True)
    state = models.CharField(max_length=16, choices=AssignmentState.choices, default=AssignmentState.OPEN)
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When it was skipped or withdrawn")
    end_reason = models.TextField(blank=True, help_text="Why it was skipped or withdrawn")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "study", "reader", "round"], name="assignment_once_per_round"
            ),
            models.CheckConstraint(
                name="assignment_submitted_has_time",
                condition=models.Q(state=AssignmentState.SUBMITTED, submitted_at__isnull=False)
                | ~models.Q(state=AssignmentState.SUBMITTED) & models.Q(submitted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="assignment_end_has_time_and_reason",
                condition=models.Q(
                    state__in=[AssignmentState.OPEN, AssignmentState.SUBMITTED],
                    ended_at__isnull=True,
                    end_reason="",
                )
                | models.Q(
                    state__in=[AssignmentState.SKIPPED, AssignmentState.WITHDRAWN], ended_at__isnull=False
                )
                & ~models.Q(end_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["reader", "state", "-priority", "position"], name="assignment_next"),
            models.Index(fields=["campaign", "state"], name="assignment_board"),
        ]

    @property
    def has_ended(self) -> bool:
        """Whether it is over without having been read to its end."""
        return self.state in (AssignmentState.SKIPPED, AssignmentState.WITHDRAWN)

    def __str__(self) -> str:
        return f"{self.study} for {self.reader}"
