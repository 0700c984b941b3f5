from django.db import models

from annotations.enums import RunState

from .base import Record

MAX_ATTEMPTS = 3


class Run(Record):
    """Work done by a worker, with our own lease and fence above the queue's.

    A worker claims a run by one conditional update that raises `fence`; a result is written only
    under the fence it was claimed with, so a worker that was thought dead cannot write late.
    """

    state = models.CharField(max_length=16, choices=RunState.choices, default=RunState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0, help_text="Counted at the claim, capped")
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    error_code = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def queue_priority(self) -> int:
        """Jobs of a larger number are taken first."""
        return 0

    @property
    def is_finished(self) -> bool:
        return self.state in (RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED, RunState.DEAD)
