"""JSON from the outside, without what Python's reader lets through and nothing behind it can keep."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser


class RequestTooLargeError(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "request_too_large"


class PlainJSONParser(BaseParser):
    """Refuses bodies over the limit, infinite numbers, half surrogates and bottomless nesting.

    DRF's own parser answers 500 to the last two, and to the first a page instead of a code.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - DRF's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - DRF's signature
    ) -> Any:
        limit_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit_bytes + 1)
        if len(body) > limit_bytes:
            raise RequestTooLargeError(f"A request may have at most {limit_bytes} bytes; send less at once.")
        try:
            content = json.loads(body)
            json.dumps(content, allow_nan=False, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError(
                "The body is not plain JSON: it must be UTF-8, without infinite numbers, half characters or "
                "deep nesting."
            ) from error
        return content
