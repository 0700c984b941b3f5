"""One named act, one row. Called inside the transaction of the act itself."""

from annotations.models import AuditEntry, Reader, Record


def record_act(act: str, *, actor: Reader | None, subject: Record, **details: object) -> AuditEntry:
    """Write who did what to which record; `actor` is None for work of no person."""
    return AuditEntry.objects.create(
        act=act,
        actor=actor,
        actor_name=actor.user.get_username() if actor else "system",
        subject_type=type(subject).__name__,
        subject_id=str(subject.pk),
        details=details,
    )
