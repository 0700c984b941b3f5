from itertools import chain, repeat
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.paging import PageForm, page_of
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.api.stored_images import KEEP, answer_stored_png
from annotations.errors import ForbiddenError
from annotations.ml_gateway.acquisition import pixel_size
from annotations.models import Mammogram
from annotations.rules import is_expert, mammograms_visible_to


class MammogramRow(serializers.ModelSerializer):
    patient = serializers.CharField(source="study.patient.code")
    view = serializers.CharField()

    class Meta:
        model = Mammogram
        fields = ["id", "study", "patient", "view", "rows", "columns", "created_at"]


class WindowRecord(serializers.Serializer):
    center = serializers.FloatField()
    width = serializers.FloatField()
    explanation = serializers.CharField()


class VoiLutRecord(serializers.Serializer):
    first_mapped = serializers.IntegerField(help_text="Rescaled value of the first entry")
    bits = serializers.IntegerField(help_text="Of an entry: 2 to this power, less 1, is white")
    explanation = serializers.CharField()
    values = serializers.CharField(help_text="Base64 of zlib of little-endian 16-bit numbers")


class MammogramRecord(serializers.Serializer):
    id = serializers.UUIDField()
    study = serializers.UUIDField()
    rows = serializers.IntegerField()
    columns = serializers.IntegerField()
    bits_stored = serializers.IntegerField()
    photometric_interpretation = serializers.CharField()
    image_laterality = serializers.CharField()
    view_position = serializers.CharField()
    presentation_intent = serializers.CharField()
    pixel_spacing_mm = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    pixel_spacing_source = serializers.CharField()
    length_spacing_mm = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="What lengths count with: a magnification view in the breast, else as at the detector",
    )
    length_plane = serializers.CharField(help_text="Where such lengths are true: detector or object")
    magnification = serializers.FloatField(
        allow_null=True, help_text="Size at the detector over size in the breast, as the header estimates it"
    )
    windows = WindowRecord(many=True, help_text="In rescaled values")
    voi_luts = VoiLutRecord(many=True, help_text="Tables of rescaled values, in place of a window")
    voi_lut_function = serializers.CharField()
    presentation_lut_shape = serializers.CharField(help_text="INVERSE, IDENTITY or nothing")
    pixel_padding = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="First and last stored value that only fill the frame",
    )
    pixels_sha256 = serializers.CharField()
    pixels_url = serializers.CharField()
    rescale_slope = serializers.FloatField()
    rescale_intercept = serializers.FloatField()


class MammogramListView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(parameters=[PageForm], responses=MammogramRow(many=True))
    def get(self, request: Request) -> Response:
        """List images, the newest first, page by page; for experts. Readers find theirs in their exams.

        The header Link names the next page (`rel="next"`) where there is one.
        """
        reader = reader_of(request)
        if not is_expert(reader):
            raise ForbiddenError("The list of all images is for adjudicators and data scientists.")
        rows = mammograms_visible_to(reader).select_related("study__patient")
        page = page_of(request, rows, newest_first=True)
        return Response(MammogramRow(page.rows, many=True).data, headers=page.headers)


class MammogramView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=MammogramRecord)
    def get(self, request: Request, mammogram_id: UUID) -> Response:
        """Return what the viewer needs to know of an image."""
        mammogram = find_visible(mammograms_visible_to(reader_of(request)), mammogram_id)
        return Response(MammogramRecord(_build_record(mammogram)).data)


class MammogramPixelsView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, mammogram_id: UUID) -> HttpResponseBase:
        """Return the stored 16-bit grey PNG, byte for byte."""
        mammogram = find_visible(mammograms_visible_to(reader_of(request)), mammogram_id)
        return answer_stored_png(request, mammogram.pixels_sha256, cache_control=KEEP)


def _build_record(mammogram: Mammogram) -> dict[str, object]:
    attributes, size = mammogram.attributes, pixel_size(mammogram)
    return {
        "id": mammogram.id,
        "study": mammogram.study_id,
        "rows": mammogram.rows,
        "columns": mammogram.columns,
        "bits_stored": mammogram.bits_stored,
        "photometric_interpretation": mammogram.photometric_interpretation,
        "image_laterality": mammogram.image_laterality,
        "view_position": mammogram.view_position,
        "presentation_intent": mammogram.presentation_intent,
        "pixel_spacing_mm": mammogram.pixel_spacing_mm,
        "pixel_spacing_source": mammogram.pixel_spacing_source,
        "length_spacing_mm": size.spacing_mm,
        "length_plane": size.plane,
        "magnification": attributes.get("EstimatedRadiographicMagnificationFactor"),
        "windows": _list_windows(mammogram),
        "voi_luts": attributes.get("VOILUTSequence", []),
        "voi_lut_function": attributes.get("VOILUTFunction", "LINEAR"),
        "presentation_lut_shape": attributes.get("PresentationLUTShape", ""),
        "pixel_padding": _padding_of(attributes),
        "pixels_sha256": mammogram.pixels_sha256,
        "pixels_url": reverse("api-mammogram-pixels", args=[mammogram.id]),
        "rescale_slope": attributes.get("RescaleSlope", 1.0),
        "rescale_intercept": attributes.get("RescaleIntercept", 0.0),
    }


def _padding_of(attributes: dict[str, Any]) -> list[int] | None:
    """Order Pixel Padding Value (0028,0120) and its Range Limit (0028,0121), which lies on either side."""
    if "PixelPaddingValue" not in attributes:
        return None
    value = attributes["PixelPaddingValue"]
    return sorted([value, attributes.get("PixelPaddingRangeLimit", value)])


def _list_windows(mammogram: Mammogram) -> list[dict[str, object]]:
    """Pair what intake kept as lists; it may have kept fewer explanations, and none or only some windows."""
    centers = mammogram.attributes.get("WindowCenter", [])
    widths = mammogram.attributes.get("WindowWidth", [])
    explanations = mammogram.attributes.get("WindowCenterWidthExplanation", [])
    return [
        {"center": center, "width": width, "explanation": explanation}
        for center, width, explanation in zip(centers, widths, chain(explanations, repeat("")), strict=False)
    ]
