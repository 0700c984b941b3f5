"""People at work: an account, a role, and the pseudonym by which everybody else knows them."""

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction

from annotations.domain.audit import record_act
from annotations.enums import Role
from annotations.errors import ConflictError, RoleRefusedError
from annotations.models import Reader
from annotations.rules import studies_still_read_by


@transaction.atomic
def create_reader(*, username: str, password: str, role: Role) -> Reader:
    """Write an account and its reader; the pseudonym is drawn at random and says nothing about the name."""
    users = get_user_model().objects
    if users.filter(username=username).exists():
        raise ConflictError(f"The user name {username} is taken; choose another.", code="username_taken")
    user = users.create_user(username=username, password=password, is_staff=role == Role.ADMINISTRATOR)
    reader = Reader.objects.create(user=user, pseudonym=_draw_pseudonym(), role=role)
    record_act("create_reader", actor=None, subject=reader, role=str(role))
    return reader


@transaction.atomic
def set_role(*, user: User, role: Role, actor: Reader | None) -> Reader:
    """Give an account its role; one without a reader's record gets it now, with a pseudonym of its own.

    The pages of Django's admin open for administrators and nobody else.
    """
    Reader.objects.select_for_update(no_key=True).filter(user=user).first()  # so does whoever takes an exam
    check_role(user=user, role=role)
    reader, is_new = Reader.objects.get_or_create(
        user=user, defaults={"role": role, "pseudonym": _draw_pseudonym()}
    )
    before = None if is_new else reader.role
    reader.role = role
    reader.save(update_fields=["role"])
    user.is_staff = role == Role.ADMINISTRATOR or user.is_superuser
    user.save(update_fields=["is_staff"])
    record_act("set_role", actor=actor, subject=reader, role=str(role), before=before)
    return reader


def check_role(*, user: User, role: Role) -> None:
    """Refuse a reader another role while she has, or may get, exams to read.

    Every other role sees what her fellow readers made of her campaigns, or which exams are references and
    repeats.
    """
    reader = Reader.objects.filter(user=user).exclude(role=role).first()
    if reader is None or role == Role.READER:
        return
    count = studies_still_read_by(reader).count()
    if count:
        raise RoleRefusedError(
            f"{reader.pseudonym} has {count} exam{'' if count == 1 else 's'} still to read, or in a pool "
            f"that she joined. As {role.label.lower()} she would learn more of them than a reader may. Let "
            "her end them, or take her out of their campaigns, then change her role."
        )


def _draw_pseudonym() -> str:
    """Draw 48 random bits: two readers of one site will not meet."""
    return f"R{secrets.token_hex(6).upper()}"
