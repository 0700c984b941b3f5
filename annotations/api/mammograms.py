from itertools import chain, repeat
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
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.api.stored_images import KEEP, answer_stored_png
from annotations.errors import ForbiddenError
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
    windows = WindowRecord(many=True, help_text="In rescaled values")
    voi_lut_function = serializers.CharField()
    pixels_sha256 = serializers.CharField()
    pixels_url = serializers.CharField()
    rescale_slope = serializers.FloatField()
    rescale_intercept = serializers.FloatField()


class MammogramListView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=MammogramRow(many=True))
    def get(self, request: Request) -> Response:
        """List all images, newest first; for experts. Readers find theirs through their assignments."""
        reader = reader_of(request)
        if not is_expert(reader):
            raise ForbiddenError("The list of all images is for adjudicators and data scientists.")
        rows = mammograms_visible_to(reader).select_related("study__patient").order_by("-created_at")
        return Response(MammogramRow(rows, many=True).data)


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
    attributes = mammogram.attributes
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
        "windows": _list_windows(mammogram),
        "voi_lut_function": attributes.get("VOILUTFunction", "LINEAR"),
        "pixels_sha256": mammogram.pixels_sha256,
        "pixels_url": reverse("api-mammogram-pixels", args=[mammogram.id]),
        "rescale_slope": attributes.get("RescaleSlope", 1.0),
        "rescale_intercept": attributes.get("RescaleIntercept", 0.0),
    }


def _list_windows(mammogram: Mammogram) -> list[dict[str, object]]:
    """Pair what intake kept as lists; it may have kept fewer explanations, and none or only some windows."""
    centers = mammogram.attributes.get("WindowCenter", [])
    widths = mammogram.attributes.get("WindowWidth", [])
    explanations = mammogram.attributes.get("WindowCenterWidthExplanation", [])
    return [
        {"center": center, "width": width, "explanation": explanation}
        for center, width, explanation in zip(centers, widths, chain(explanations, repeat("")), strict=False)
    ]
