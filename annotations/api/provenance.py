from dataclasses import asdict
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.annotations import find_annotation
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.provenance import Pixel, pixel_changes

MOST_CHANGES = 100


class PixelQuery(serializers.Serializer):
    row = serializers.IntegerField()
    column = serializers.IntegerField()


class PixelModelRecord(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.CharField()
    inference_run = serializers.UUIDField()


class PixelCorrectionRecord(serializers.Serializer):
    correction_run = serializers.UUIDField()
    algorithm_version = serializers.CharField()
    component = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()


class PixelChangeRecord(serializers.Serializer):
    annotation = serializers.UUIDField()
    sequence = serializers.IntegerField(help_text="Of the operation in its annotation")
    reader = serializers.CharField(help_text="Pseudonym")
    is_own = serializers.BooleanField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of ours, not DRF's caption
    is_set = serializers.BooleanField(help_text="False: the pixel was cleared")
    tool = serializers.CharField(help_text="Empty: taken over from an annotation that may not be seen")
    made_at = serializers.DateTimeField()
    details = serializers.DictField()
    model = PixelModelRecord(allow_null=True)
    correction = PixelCorrectionRecord(allow_null=True)


class ProvenanceRecord(serializers.Serializer):
    changes = PixelChangeRecord(many=True, help_text="The latest first")
    left_out = serializers.IntegerField(help_text="Changes before these")


class ProvenanceView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(parameters=[PixelQuery], responses=ProvenanceRecord)
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """Return who set or cleared a pixel, when, with which tool or model, at which zoom and window."""
        annotation = find_annotation(request, annotation_id)
        query = PixelQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        pixel = Pixel(**query.validated_data)
        changes = pixel_changes(annotation=annotation, reader=reader_of(request), pixel=pixel)
        record = {
            "changes": [asdict(change) for change in changes[:MOST_CHANGES]],
            "left_out": max(0, len(changes) - MOST_CHANGES),
        }
        return Response(ProvenanceRecord(record).data)
