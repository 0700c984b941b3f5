import base64
import binascii
from functools import lru_cache
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.api.stored_images import KEEP
from annotations.domain.adjudication import AdjudicationDraft, decide_segment, take_segments, undo_last
from annotations.domain.content import read_content
from annotations.domain.disagreement import (
    SegmentView,
    adjudication_progress,
    crop_box,
    view_segments,
)
from annotations.enums import AdjudicationChoice, Label
from annotations.errors import AdjudicationRefusedError
from annotations.ml_gateway.consensus import outline_of
from annotations.ml_gateway.crops import cut_png
from annotations.models import Campaign
from annotations.rules import campaigns_adjudicated_by, disagreements_visible_to

MOST_AT_ONCE = 5
MOST_HELD = 50
SENT_CHOICES = [choice for choice in AdjudicationChoice.choices if choice[0] != AdjudicationChoice.UNDO]


class SegmentVersionRecord(serializers.Serializer):
    letter = serializers.CharField(help_text="By lot for this segment alone")
    area_px = serializers.IntegerField()
    rings = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.IntegerField())),
        help_text="Outlines along the edges of pixels: rings of [row, column]",
    )


class SegmentNoteRecord(serializers.Serializer):
    author = serializers.CharField(help_text="Pseudonym of the expert who asked")
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class SegmentRecord(serializers.Serializer):
    id = serializers.UUIDField()
    mammogram = serializers.UUIDField()
    view = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's metaclass takes fields off the class
    rows = serializers.IntegerField()
    columns = serializers.IntegerField()
    box = serializers.ListField(child=serializers.IntegerField())
    area_px = serializers.IntegerField()
    length_px = serializers.FloatField()
    length_mm = serializers.FloatField(allow_null=True)
    marked_by = serializers.IntegerField()
    read_by = serializers.IntegerField()
    is_sent = serializers.BooleanField(help_text="Whether somebody wants an expert to look at this image")
    runs = serializers.CharField(help_text="All that was drawn, in docs/mask_format.md, as base64")
    crop = serializers.ListField(child=serializers.IntegerField(), help_text="What `crop_url` shows")
    crop_url = serializers.CharField()
    versions = SegmentVersionRecord(many=True)
    notes = SegmentNoteRecord(many=True)


class ProgressRecord(serializers.Serializer):
    total = serializers.IntegerField(help_text="Segments that the caller may decide")
    decided = serializers.IntegerField()
    for_others = serializers.IntegerField(help_text="Waiting segments that she may not: she drew them, say")
    waiting_mm = serializers.FloatField()
    waiting_without_mm = serializers.IntegerField(help_text="Segments whose length is not known")


class AdjudicationQueueRecord(serializers.Serializer):
    progress = ProgressRecord()
    segments = SegmentRecord(many=True, help_text="Now leased to the caller for five minutes")


class AdjudicationQueueForm(serializers.Serializer):
    count = serializers.IntegerField(min_value=0, max_value=MOST_AT_ONCE)
    holding = serializers.ListField(
        child=serializers.UUIDField(), max_length=MOST_HELD, help_text="On the caller's screen: kept for her"
    )


class AdjudicationDecisionForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client; sent twice, it is stored once")
    choice = serializers.ChoiceField(SENT_CHOICES)
    letter = serializers.CharField(default="", allow_blank=True, max_length=1)
    runs = serializers.CharField(
        default="", allow_blank=True, help_text="What was drawn anew, in docs/mask_format.md, as base64"
    )
    note = serializers.CharField(default="", allow_blank=True, max_length=100_000)


class AdjudicationDecisionRecord(serializers.Serializer):
    id = serializers.UUIDField()
    notice = serializers.CharField(help_text="Where it does not simply count: why not")
    progress = ProgressRecord()


class AdjudicationUndoForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client; sent twice, it is done once")


class AdjudicationUndoRecord(serializers.Serializer):
    choice = serializers.CharField(help_text="What was taken back")
    letter = serializers.CharField()
    segment = SegmentRecord()
    progress = ProgressRecord()


class AdjudicationQueueView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=AdjudicationQueueForm, responses=AdjudicationQueueRecord)
    def post(self, request: Request, campaign_id: UUID) -> Response:
        """Take the next disputed segments, and keep those on the screen; readers are letters here."""
        campaign = _find_campaign(request, campaign_id)
        form = AdjudicationQueueForm(data=request.data)
        form.is_valid(raise_exception=True)
        taken = take_segments(campaign=campaign, reader=reader_of(request), **form.validated_data)
        record = {
            "progress": adjudication_progress(campaign, reader_of(request)),
            "segments": [_segment_record(view) for view in view_segments(campaign, taken)],
        }
        return Response(AdjudicationQueueRecord(record).data)


class AdjudicationUndoView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=AdjudicationUndoForm, responses=AdjudicationUndoRecord)
    def post(self, request: Request, campaign_id: UUID) -> Response:
        """Take back the caller's last decision in the campaign, and give its segment once more."""
        campaign = _find_campaign(request, campaign_id)
        form = AdjudicationUndoForm(data=request.data)
        form.is_valid(raise_exception=True)
        undone = undo_last(campaign=campaign, reader=reader_of(request), undo_id=form.validated_data["id"])
        (view,) = view_segments(campaign, [undone.disagreement])
        record = {
            "choice": undone.choice,
            "letter": undone.letter,
            "segment": _segment_record(view),
            "progress": adjudication_progress(campaign, reader_of(request)),
        }
        return Response(AdjudicationUndoRecord(record).data)


class AdjudicationDecisionsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=AdjudicationDecisionForm, responses={201: AdjudicationDecisionRecord})
    def post(self, request: Request, disagreement_id: UUID) -> Response:
        """Decide a disputed segment, or ask another expert. Nothing changes later: undo is a further word."""
        visible = disagreements_visible_to(reader_of(request)).select_related("mammogram", "campaign")
        segment = find_visible(visible, disagreement_id)
        form = AdjudicationDecisionForm(data=request.data)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        mask = _decoded(fields.pop("runs"))
        stored = decide_segment(
            segment=segment, reader=reader_of(request), draft=AdjudicationDraft(mask=mask, **fields)
        )
        record = {
            "id": stored.decision.id,
            "notice": stored.notice,
            "progress": adjudication_progress(segment.campaign, reader_of(request)),
        }
        return Response(AdjudicationDecisionRecord(record).data, status=status.HTTP_201_CREATED)


class DisagreementCropView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, disagreement_id: UUID) -> HttpResponse:
        """Return the surroundings of a segment as a 16-bit grey PNG; they never change."""
        visible = disagreements_visible_to(reader_of(request)).select_related("mammogram")
        segment = find_visible(visible, disagreement_id)
        content = _crop_of(segment.mammogram.pixels_sha256, crop_box(segment))
        response = HttpResponse(content, content_type="image/png")
        response["Cache-Control"] = KEEP
        response["X-Content-Type-Options"] = "nosniff"
        return response


@lru_cache(maxsize=16)
def _crop_of(pixels_sha256: str, box: tuple[int, int, int, int]) -> bytes:
    """Cut once a process for the page that asks twice; sixteen crops take about 60 MB."""
    return cut_png(read_content(pixels_sha256), box=box)


def _find_campaign(request: Request, campaign_id: UUID) -> Campaign:
    return find_visible(campaigns_adjudicated_by(reader_of(request)), campaign_id)


def _decoded(runs: str) -> bytes | None:
    if not runs:
        return None
    try:
        return base64.b64decode(runs, validate=True)
    except binascii.Error as error:
        raise AdjudicationRefusedError(
            "What was drawn is not base64. Reload the page and draw it again.", code="mask_not_base64"
        ) from error


def _segment_record(view: SegmentView) -> dict[str, object]:
    """Tell a segment without a name: neither who drew what nor which reading it comes from."""
    segment = view.segment
    return {
        "id": segment.id,
        "mammogram": segment.mammogram_id,
        "view": segment.mammogram.view,
        "label": Label(segment.label).label,
        "rows": segment.mammogram.rows,
        "columns": segment.mammogram.columns,
        "box": segment.box,
        "area_px": segment.area_px,
        "length_px": segment.length_px,
        "length_mm": segment.length_mm,
        "marked_by": view.marked_by,
        "read_by": view.read_by,
        "is_sent": view.is_sent,
        "runs": base64.b64encode(bytes(segment.mask)).decode(),
        "crop": list(crop_box(segment)),
        "crop_url": reverse("api-disagreement-crop", args=[segment.id]),
        "versions": [
            {
                "letter": version.letter,
                "area_px": version.area_px,
                "rings": outline_of(bytes(version.mask)),
            }
            for version in view.versions
        ],
        "notes": [
            {"author": note.adjudicator.pseudonym, "text": note.note, "created_at": note.created_at}
            for note in view.notes
        ],
    }
