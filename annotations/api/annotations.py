import base64
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.findings import FindingRecord
from annotations.api.lookup import find_visible
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.annotation import (
    annotation_answers,
    annotation_findings,
    annotation_masks,
    submit_annotation,
)
from annotations.domain.exam_end import is_left_behind
from annotations.domain.reading_interval import active_seconds
from annotations.enums import ReadingCheck
from annotations.models import Annotation
from annotations.rules import annotations_visible_to

MAXIMUM_VERSION = 2**31 - 1


class MaskRecord(serializers.Serializer):
    runs = serializers.CharField(help_text="The mask in docs/mask_format.md, version 1, as base64")
    sha256 = serializers.CharField(help_text="Of these bytes")
    area_px = serializers.IntegerField()


class AnnotationRecord(serializers.Serializer):
    id = serializers.UUIDField()
    mammogram = serializers.UUIDField()
    assignment = serializers.UUIDField(allow_null=True)
    reader = serializers.CharField(help_text="Pseudonym")
    state = serializers.CharField()
    exam_ended = serializers.BooleanField(
        help_text="Skipped, withdrawn, or its reader left: it takes no more operations"
    )
    algorithm_type = serializers.CharField()
    derived_from = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(help_text="Number of stored operations")
    active_seconds = serializers.FloatField(help_text="Time at work until submission, pauses left out")
    answers = serializers.DictField(child=serializers.CharField(allow_null=True))
    masks = serializers.DictField(child=MaskRecord())
    findings = FindingRecord(many=True)


class SubmitForm(serializers.Serializer):
    version = serializers.IntegerField(min_value=0, max_value=MAXIMUM_VERSION)
    masks = serializers.DictField(
        child=serializers.RegexField("^[0-9a-f]{64}$"),
        required=False,
        help_text="SHA-256 of the masks on the reader's screen, by label; refused where another is stored",
    )
    acknowledged = serializers.ListField(
        child=serializers.ChoiceField(ReadingCheck.choices),
        required=False,
        help_text="Checks of the campaign that warned of this image (409, reading_warned), to go past them",
    )


class AnnotationView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=AnnotationRecord)
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """Return an annotation with its masks; the reader's own, and for experts every submitted one."""
        return _answer_annotation(find_annotation(request, annotation_id))


class AnnotationSubmitView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=SubmitForm, responses=AnnotationRecord)
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Submit the reader's own annotation at the version she saw; it takes no operation afterwards."""
        annotation = find_annotation(request, annotation_id)
        form = SubmitForm(data=request.data)
        form.is_valid(raise_exception=True)
        submitted = submit_annotation(
            annotation=annotation,
            reader=reader_of(request),
            version=form.validated_data["version"],
            shown_digests=form.validated_data.get("masks"),
            acknowledged=form.validated_data.get("acknowledged", ()),
        )
        return _answer_annotation(submitted)


def find_annotation(request: Request, annotation_id: UUID) -> Annotation:
    visible = annotations_visible_to(reader_of(request)).select_related("mammogram", "reader", "assignment")
    return find_visible(visible, annotation_id)


def _answer_annotation(annotation: Annotation) -> Response:
    record = {
        "id": annotation.id,
        "mammogram": annotation.mammogram_id,
        "assignment": annotation.assignment_id,
        "reader": annotation.reader.pseudonym,
        "state": annotation.state,
        "exam_ended": (annotation.assignment is not None and annotation.assignment.has_ended)
        or is_left_behind(annotation),
        "algorithm_type": annotation.algorithm_type,
        "derived_from": annotation.derived_from_id,
        "version": annotation.version,
        "active_seconds": active_seconds(annotation),
        "answers": annotation_answers(annotation),
        "masks": {
            label: {
                "runs": base64.b64encode(mask.data).decode(),
                "sha256": mask.sha256,
                "area_px": mask.area_px,
            }
            for label, mask in annotation_masks(annotation).items()
        },
        "findings": annotation_findings(annotation),
    }
    return Response(AnnotationRecord(record).data)
