from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from annotations.domain.content import content_path

# Stored bytes never change under their name: a year, without asking again.
KEEP = "private, max-age=31536000, immutable"
# Kept too, but asked for each time, so that the server knows when a person looks.
ASK_AGAIN = "private, no-cache"


def answer_stored_png(request: Request, sha256: str, *, cache_control: str) -> HttpResponseBase:
    """Send a PNG of the content store; its digest is its ETag, and who has it already gets 304."""
    etag = f'"{sha256}"'
    not_modified = get_conditional_response(request, etag=etag)
    response = not_modified or FileResponse(content_path(sha256).open("rb"), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = etag
    response["Cache-Control"] = cache_control
    return response
