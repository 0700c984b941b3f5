from copy import copy

from django.http import QueryDict
from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class HeaderTokenAuthentication(SessionAuthentication):
    """Session authentication that takes the CSRF token from the header alone.

    Django looks into a form first, and so receives all of it before anybody has asked who sends it.
    """

    def enforce_csrf(self, request: Request) -> None:
        without_form = copy(request._request)  # noqa: SLF001 - DRF's documented way to Django's request
        without_form.POST = QueryDict()
        super().enforce_csrf(without_form)  # type: ignore[arg-type]  # the check is Django's own


class HeaderTokenScheme(SessionScheme):
    """How the API's description names it; registered by being a subclass."""

    target_class = "annotations.api.header_token.HeaderTokenAuthentication"
