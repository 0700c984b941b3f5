"""Every route of the API is for people who have a reader's record; what they see starts in `rules`."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import User
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from annotations.models import Reader

if TYPE_CHECKING:
    # rest_framework.views imports this module, which the settings name.
    from rest_framework.views import APIView


def reader_of(request: Request) -> Reader:
    """Return the reader behind a request; `IsKnownReader` has made sure that there is one."""
    return cast("User", request.user).reader


class IsKnownReader(BasePermission):
    message = "Log in with an account that has a role in Tramline."

    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002 - DRF's signature
        return bool(request.user.is_authenticated and hasattr(request.user, "reader"))
