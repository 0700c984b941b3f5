import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.findings import FindingForm, FindingRecord, finding_of
from annotations.api.lookup import find_visible
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.annotation import (
    annotation_answers,
    annotation_findings,
    annotation_masks,
    submit_annotation,
)
from annotations.domain.annotation_operations import append_operations
from annotations.enums import Answer, Label, OperationKind, Question, Tool
from annotations.models import Annotation
from annotations.rules import annotations_visible_to
from annotations.validators.operation import MAXIMUM_OPERATIONS, OperationDraft, made_at_of, read_patch

MAXIMUM_VERSION = 2**31 - 1
TOOLS = [tool for tool in Tool.values if tool != Tool.CORRECTION]


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
    algorithm_type = serializers.CharField()
    derived_from = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(help_text="Number of stored operations")
    answers = serializers.DictField(child=serializers.CharField(allow_null=True))
    masks = serializers.DictField(child=MaskRecord())
    findings = FindingRecord(many=True)


class AnswerForm(serializers.Serializer):
    question = serializers.ChoiceField(Question.choices)
    value = serializers.ChoiceField(Answer.choices)


class OperationForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client (UUIDv7); sent twice, it is stored once")
    kind = serializers.ChoiceField(OperationKind.choices)
    label = serializers.ChoiceField(Label.choices, required=False)  # type: ignore[assignment] # a field of ours, not DRF's caption
    tool = serializers.ChoiceField(TOOLS, required=False)
    patch = serializers.CharField(required=False, help_text="XOR patch, docs/mask_format.md, as base64")
    answer = AnswerForm(required=False)
    finding = FindingForm(required=False)
    details = serializers.DictField(required=False)
    made_at = serializers.DateTimeField(required=False, help_text="Left out, it is the time in the id")


class OperationsForm(serializers.Serializer):
    base_version = serializers.IntegerField(min_value=0, max_value=MAXIMUM_VERSION)
    operations = OperationForm(many=True, max_length=MAXIMUM_OPERATIONS)  # type: ignore[call-arg] # stubs forget many=True


class MaskDigest(serializers.Serializer):
    sha256 = serializers.CharField()
    area_px = serializers.IntegerField()


class SavedStateRecord(serializers.Serializer):
    version = serializers.IntegerField()
    acknowledged = serializers.ListField(child=serializers.UUIDField())
    masks = serializers.DictField(child=MaskDigest())
    saved_at = serializers.DateTimeField()


class SubmitForm(serializers.Serializer):
    version = serializers.IntegerField(min_value=0, max_value=MAXIMUM_VERSION)
    masks = serializers.DictField(
        child=serializers.RegexField("^[0-9a-f]{64}$"),
        required=False,
        help_text="SHA-256 of the masks on the reader's screen, by label; refused where another is stored",
    )


class AnnotationView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=AnnotationRecord)
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """Return an annotation with its masks; the reader's own, and for experts every submitted one."""
        return _answer_annotation(_find_annotation(request, annotation_id))


class AnnotationOperationsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=OperationsForm, responses=SavedStateRecord)
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Store operations onto the version the client saw; what is acknowledged here is durable."""
        annotation = _find_annotation(request, annotation_id)
        form = OperationsForm(data=request.data)
        form.is_valid(raise_exception=True)
        saved = append_operations(
            annotation=annotation,
            reader=reader_of(request),
            base_version=form.validated_data["base_version"],
            operations=[_read_operation(**fields) for fields in form.validated_data["operations"]],
        )
        return Response(SavedStateRecord(saved).data)


class AnnotationSubmitView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=SubmitForm, responses=AnnotationRecord)
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Submit the reader's own annotation at the version she saw; it takes no operation afterwards."""
        annotation = _find_annotation(request, annotation_id)
        form = SubmitForm(data=request.data)
        form.is_valid(raise_exception=True)
        submitted = submit_annotation(
            annotation=annotation,
            reader=reader_of(request),
            version=form.validated_data["version"],
            shown_digests=form.validated_data.get("masks"),
        )
        return _answer_annotation(submitted)


def _find_annotation(request: Request, annotation_id: UUID) -> Annotation:
    visible = annotations_visible_to(reader_of(request)).select_related("mammogram", "reader")
    return find_visible(visible, annotation_id)


def _read_operation(
    *,
    patch: str | None = None,
    answer: Mapping[str, str] | None = None,
    finding: dict[str, Any] | None = None,
    made_at: datetime | None = None,
    **fields: Any,
) -> OperationDraft:
    return OperationDraft(
        patch=None if patch is None else read_patch(patch),
        question=answer["question"] if answer else "",
        answer=answer["value"] if answer else "",
        finding=None if finding is None else finding_of(finding),
        made_at=made_at or made_at_of(fields["id"]),
        **fields,
    )


def _answer_annotation(annotation: Annotation) -> Response:
    record = {
        "id": annotation.id,
        "mammogram": annotation.mammogram_id,
        "assignment": annotation.assignment_id,
        "reader": annotation.reader.pseudonym,
        "state": annotation.state,
        "algorithm_type": annotation.algorithm_type,
        "derived_from": annotation.derived_from_id,
        "version": annotation.version,
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
