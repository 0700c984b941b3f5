from django.db import models

from .base import Record


class Campaign(Record):
    """A reading study: which exams, by whom, under which guideline."""

    name = models.CharField(max_length=100, unique=True)
    guideline = models.TextField(blank=True)
    shows_preannotation = models.BooleanField(
        default=True, help_text="Whether readers may see a model's proposal before they submit"
    )
    coverage_share_required = models.FloatField(
        null=True,
        help_text="Share of the breast to be seen at 1:1 before submission; empty: none",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="campaign_coverage_is_a_share",
                condition=models.Q(coverage_share_required__isnull=True)
                | models.Q(coverage_share_required__gt=0, coverage_share_required__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name
