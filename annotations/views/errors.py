"""Addresses that lead nowhere. Pages use Django's own views with the templates 403, 404 and 500."""

from django.http import HttpRequest, JsonResponse


def no_such_api_address(request: HttpRequest, rest: str) -> JsonResponse:  # noqa: ARG001 - the address is in the request
    """Answer clients of the API in their own form, where no route of it matched (an id that is no UUID)."""
    message = f"There is no {request.path} in the API. The addresses it has are listed at /api/schema/."
    return JsonResponse({"code": "not_found", "message": message}, status=404)
