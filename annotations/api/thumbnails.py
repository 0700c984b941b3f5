from functools import lru_cache
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.content import read_content
from annotations.ml_gateway.thumbnails import render_thumbnail
from annotations.rules import mammograms_visible_to

YEAR_S = 365 * 24 * 3600


class ThumbnailView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, mammogram_id: UUID) -> HttpResponse:
        """Return an 8-bit picture, at most 256 px high. Stored pixels never change, so it is kept a year."""
        mammogram = find_visible(mammograms_visible_to(reader_of(request)), mammogram_id)
        is_inverted = mammogram.photometric_interpretation == "MONOCHROME1"
        response = HttpResponse(_thumbnail_of(mammogram.pixels_sha256, is_inverted), content_type="image/png")
        response["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
        return response


@lru_cache(maxsize=1000)
def _thumbnail_of(pixels_sha256: str, is_inverted: bool) -> bytes:  # noqa: FBT001 - lru_cache keys
    """Render once a process; a thousand thumbnails take about 30 MB."""
    return render_thumbnail(read_content(pixels_sha256), is_inverted=is_inverted)
