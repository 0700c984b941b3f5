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
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.api.stored_images import ASK_AGAIN, KEEP, answer_stored_png
from annotations.domain.image_map import MapStatus, map_status, request_map
from annotations.domain.preannotation_view import note_map_view
from annotations.enums import MapKind, MapState
from annotations.errors import MissingError
from annotations.models import ImageMap
from annotations.rules import HELPING_MAPS, image_maps_visible_to, mammograms_mapped_for


class ImageMapRecord(serializers.ModelSerializer):
    flags = serializers.SerializerMethodField(help_text="What had to be assumed")
    pixels_url = serializers.SerializerMethodField()

    class Meta:
        model = ImageMap
        fields = [
            "id",
            "kind",
            "step_px",
            "unit",
            "lowest",
            "step",
            "visible_from",
            "source",
            "flags",
            "pixels_url",
        ]

    def get_flags(self, image_map: ImageMap) -> list[str]:
        return image_map.provenance.get("flags", [])

    def get_pixels_url(self, image_map: ImageMap) -> str:
        return reverse("api-image-map-pixels", args=[image_map.id])


class MapStatusRecord(serializers.Serializer):
    state = serializers.ChoiceField(choices=MapState.choices)
    image_map = ImageMapRecord(allow_null=True)
    code = serializers.CharField(help_text="Why there is none")
    message = serializers.CharField(help_text="The same in words")
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class MammogramMapView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=MapStatusRecord)
    def get(self, request: Request, mammogram_id: UUID, kind: str) -> Response:
        """Say what there is of a map: the map, how far it is, or why there is none."""
        reader, map_kind = reader_of(request), _kind(kind)
        mammogram = find_visible(mammograms_mapped_for(reader, map_kind), mammogram_id)
        return _answer(map_status(mammogram=mammogram, kind=map_kind, reader=reader))

    @extend_schema(request=None, responses=MapStatusRecord)
    def post(self, request: Request, mammogram_id: UUID, kind: str) -> Response:
        """Ask for a map; asked before, the answer is that of GET. Nobody can ask for a heatmap."""
        reader, map_kind = reader_of(request), _kind(kind)
        mammogram = find_visible(mammograms_mapped_for(reader, map_kind), mammogram_id)
        return _answer(request_map(mammogram=mammogram, kind=map_kind, reader=reader))


class ImageMapPixelsView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, map_id: UUID) -> HttpResponseBase:
        """Return a map as 8-bit grey PNG: level 0 is no value, level n means lowest + (n - 1) * step.

        A look at a map that points at calcification is remembered.
        """
        reader = reader_of(request)
        image_map = find_visible(image_maps_visible_to(reader), map_id)
        note_map_view(image_map=image_map, reader=reader)
        keep = ASK_AGAIN if image_map.kind in HELPING_MAPS else KEEP
        return answer_stored_png(request, image_map.png_sha256, cache_control=keep)


def _kind(kind: str) -> MapKind:
    if kind not in MapKind.values:
        raise MissingError(f"There is no map {kind}; there are {', '.join(MapKind.values)}.")
    return MapKind(kind)


def _answer(status: MapStatus) -> Response:
    return Response(MapStatusRecord(status).data)
