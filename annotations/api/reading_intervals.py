from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.annotations import find_annotation
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.reading_interval import (
    MAXIMUM_INTERVALS,
    IntervalDraft,
    active_seconds,
    record_intervals,
)
from annotations.models import Annotation

LONGEST_MS = 2**31 - 1


class ReadingTimeRecord(serializers.Serializer):
    active_seconds = serializers.FloatField(
        help_text="Time with pointer, keys or wheel in use and the page in sight, until submission"
    )


class IntervalForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client (UUIDv7); sent twice, it is stored once")
    age_ms = serializers.IntegerField(
        min_value=0, max_value=2**53, help_text="How long before this request the stretch began"
    )
    duration_ms = serializers.IntegerField(min_value=0, max_value=LONGEST_MS)


class ReadingIntervalsForm(serializers.Serializer):
    intervals = IntervalForm(many=True, max_length=MAXIMUM_INTERVALS)  # type: ignore[call-arg] # stubs forget many=True


class ReadingIntervalsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=ReadingTimeRecord)
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """Return how long the reader of an annotation worked on it, idle time left out."""
        return _answer_time(find_annotation(request, annotation_id))

    @extend_schema(request=ReadingIntervalsForm, responses=ReadingTimeRecord)
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Add stretches of activity on one's own annotation, measured by a clock that cannot be set."""
        annotation = find_annotation(request, annotation_id)
        form = ReadingIntervalsForm(data=request.data)
        form.is_valid(raise_exception=True)
        record_intervals(
            annotation=annotation,
            reader=reader_of(request),
            intervals=[IntervalDraft(**fields) for fields in form.validated_data["intervals"]],
        )
        return _answer_time(annotation)


def _answer_time(annotation: Annotation) -> Response:
    return Response(ReadingTimeRecord({"active_seconds": active_seconds(annotation)}).data)
