from django.db import models

from .base import AppendOnlyRecord
from .reader import Reader


class AuditEntry(AppendOnlyRecord):
    """Who did what to which record, and when; names are kept as they were."""

    act = models.CharField(max_length=64)
    actor = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="audit_entries", null=True)
    actor_name = models.CharField(max_length=150, help_text="As it was; 'system' for work of no person")
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["created_at"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.actor_name} {self.act} {self.subject_type} {self.subject_id}"
