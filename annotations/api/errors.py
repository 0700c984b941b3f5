"""The one place where a domain error becomes an HTTP answer: always {"code", "message"} and its facts."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from annotations.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    MissingError,
    ThrottledError,
    TramlineError,
)

STATUS_BY_KIND: dict[type[TramlineError], int] = {
    InvalidError: status.HTTP_400_BAD_REQUEST,
    ForbiddenError: status.HTTP_403_FORBIDDEN,
    MissingError: status.HTTP_404_NOT_FOUND,
    ConflictError: status.HTTP_409_CONFLICT,
    ThrottledError: status.HTTP_429_TOO_MANY_REQUESTS,
}


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer errors raised on purpose; anything else goes on to Django, which logs it."""
    if isinstance(error, TramlineError):
        return answer_tramline_error(error)
    if isinstance(error, Http404):
        return _answer("not_found", "There is nothing here that you may see.", status.HTTP_404_NOT_FOUND)
    if isinstance(error, PermissionDenied):
        return _answer("forbidden", "Your role does not allow this.", status.HTTP_403_FORBIDDEN)
    if isinstance(error, exceptions.ValidationError):
        message = f"The request is not well formed: {' '.join(_describe(error.detail))}"
        return _answer("request_not_well_formed", message, status.HTTP_400_BAD_REQUEST)
    if isinstance(error, exceptions.APIException):
        codes = error.get_codes()
        code = codes if isinstance(codes, str) else "request_not_well_formed"
        return _answer(code, " ".join(_describe(error.detail)), error.status_code)
    return exception_handler(error, context)


def _describe(detail: Any, *place: str) -> Iterator[str]:
    """Write the nested findings of a serializer as sentences, each with the place in the request."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _describe(inner, *place, *_step(name))
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            # A list holds sentences about one place, or a finding for each item of a list that was sent.
            yield from _describe(inner, *place, *(() if isinstance(inner, str) else _step(number)))
    else:
        yield f"{', '.join(place)}: {detail}" if place else str(detail)


def _step(key: str | int) -> list[str]:
    if key == api_settings.NON_FIELD_ERRORS_KEY:
        return []
    return [f"item {key + 1}" if isinstance(key, int) else key]


def answer_tramline_error(error: TramlineError) -> Response:
    kind = next((kind for kind in STATUS_BY_KIND if isinstance(error, kind)), InvalidError)
    response = _answer(error.code, error.message, STATUS_BY_KIND[kind], **error.facts)
    if isinstance(error, ThrottledError):
        response["Retry-After"] = str(error.facts["retry_after_s"])
    return response


def _answer(code: str, message: str, status_code: int, **facts: object) -> Response:
    return Response({"code": code, "message": message, **facts}, status=status_code)
