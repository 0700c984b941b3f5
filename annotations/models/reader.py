from django.conf import settings
from django.db import models

from annotations.enums import Role

from .base import Record


class Reader(Record):
    """A person at work in Tramline: account, role, and the pseudonym that exports carry."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reader")
    pseudonym = models.CharField(max_length=32, unique=True)
    role = models.CharField(max_length=16, choices=Role.choices)

    def __str__(self) -> str:
        return self.pseudonym
