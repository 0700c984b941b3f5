"""People at work: an account, a role, and the pseudonym by which everybody else knows them."""

import secrets

from django.contrib.auth import get_user_model
from django.db import transaction

from annotations.domain.audit import record_act
from annotations.enums import Role
from annotations.errors import ConflictError
from annotations.models import Reader


@transaction.atomic
def create_reader(*, username: str, password: str, role: Role) -> Reader:
    """Write an account and its reader; the pseudonym is drawn at random and says nothing about the name."""
    users = get_user_model().objects
    if users.filter(username=username).exists():
        raise ConflictError(f"The user name {username} is taken; choose another.", code="username_taken")
    user = users.create_user(username=username, password=password)
    reader = Reader.objects.create(user=user, pseudonym=_draw_pseudonym(), role=role)
    record_act("create_reader", actor=None, subject=reader, role=str(role))
    return reader


def _draw_pseudonym() -> str:
    """Draw 48 random bits: two readers of one site will not meet."""
    return f"R{secrets.token_hex(6).upper()}"
