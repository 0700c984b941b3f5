import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.annotations import MAXIMUM_VERSION, find_annotation
from annotations.api.findings import FindingForm, finding_of
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.annotation_operations import append_operations, operations_after
from annotations.enums import Label, OperationKind, Tool
from annotations.ml_gateway.masks import compact_mask
from annotations.models import AnnotationOperation
from annotations.validators.operation import MAXIMUM_OPERATIONS, OperationDraft, made_at_of, read_patch

ROW = ("id", "label", "tool", "patch", "details")
TOOLS = [tool for tool in Tool.values if tool != Tool.CORRECTION]


class AnswerForm(serializers.Serializer):
    question = serializers.SlugField(max_length=32, help_text="bac_present, or one that the campaign asks")
    value = serializers.SlugField(max_length=32)


class OperationForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client (UUIDv7); sent twice, it is stored once")
    kind = serializers.ChoiceField(OperationKind.choices)
    label = serializers.ChoiceField(Label.choices, required=False)  # type: ignore[assignment] # a field of ours, not DRF's caption
    tool = serializers.ChoiceField(TOOLS, required=False)
    patch = serializers.CharField(required=False, help_text="XOR patch, docs/mask_format.md, as base64")
    answer = AnswerForm(required=False)
    finding = FindingForm(required=False)
    details = serializers.DictField(
        required=False,
        help_text="What the tool tells. act: id shared by operations made as one; undoes, redoes: id of the "
        "act taken back or made again; view: {s: canvas px for each image px, c: window center, w: width}",
    )
    made_at = serializers.DateTimeField(required=False, help_text="Left out, it is the time in the id")


class OperationField(serializers.Field):
    """An operation by name, or a stroke as a row: its names would be as long as what it says."""

    def to_internal_value(self, data: object) -> dict[str, Any]:
        if isinstance(data, list):
            if len(data) != len(ROW):
                raise serializers.ValidationError(f"A row has {len(data)} parts; it needs {', '.join(ROW)}.")
            data = {"kind": OperationKind.MASK, **dict(zip(ROW, data, strict=True))}
        form = OperationForm(data=data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def to_representation(self, value: object) -> object:
        return value


class OperationFieldSchema(OpenApiSerializerFieldExtension):
    """Tells the OpenAPI schema of both ways."""

    target_class = OperationField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        row = {
            "type": "array",
            "items": {},
            "minItems": len(ROW),
            "maxItems": len(ROW),
            "description": f"A mask operation in short: {', '.join(ROW)}; the id tells when it was made",
        }
        return {"oneOf": [auto_schema.resolve_serializer(OperationForm(), direction).ref, row]}


class OperationsForm(serializers.Serializer):
    base_version = serializers.IntegerField(min_value=0, max_value=MAXIMUM_VERSION)
    view = serializers.DictField(
        required=False, help_text="Of all operations whose details have none of their own"
    )
    operations = serializers.ListField(child=OperationField(), max_length=MAXIMUM_OPERATIONS)


class MaskDigest(serializers.Serializer):
    sha256 = serializers.CharField()
    area_px = serializers.IntegerField()


class SavedStateRecord(serializers.Serializer):
    version = serializers.IntegerField()
    acknowledged = serializers.ListField(child=serializers.UUIDField())
    masks = serializers.DictField(child=MaskDigest())
    saved_at = serializers.DateTimeField()


class OperationRecord(serializers.Serializer):
    """As it was sent; parts of other kinds are left out."""

    sequence = serializers.IntegerField(help_text="1, 2, 3 … without gaps")
    id = serializers.UUIDField()
    kind = serializers.CharField()
    label = serializers.CharField(required=False)  # type: ignore[assignment] # a field of ours, not DRF's caption
    tool = serializers.CharField(required=False)
    patch = serializers.CharField(required=False, help_text="XOR patch, mask version 2, as base64")
    answer = AnswerForm(required=False)
    finding = FindingForm(required=False)
    details = serializers.DictField()
    made_at = serializers.DateTimeField()


class OperationPage(serializers.Serializer):
    reader = serializers.CharField(help_text="Pseudonym")
    version = serializers.IntegerField(help_text="Of the annotation: the number of its last operation")
    operations = OperationRecord(many=True)


class AfterQuery(serializers.Serializer):
    after = serializers.IntegerField(default=0, min_value=0, max_value=MAXIMUM_VERSION)


class AnnotationOperationsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(parameters=[AfterQuery], responses=OperationPage)
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """Return a page of the operations after a number, in their order; ask on until the version."""
        annotation = find_annotation(request, annotation_id)
        query = AfterQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        operations = operations_after(annotation, query.validated_data["after"])
        page = {
            "reader": annotation.reader.pseudonym,
            "version": annotation.version,
            "operations": [_record(operation) for operation in operations],
        }
        return Response(page)

    @extend_schema(request=OperationsForm, responses=SavedStateRecord)
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Store operations onto the version the client saw; what is acknowledged here is durable."""
        annotation = find_annotation(request, annotation_id)
        form = OperationsForm(data=request.data)
        form.is_valid(raise_exception=True)
        saved = append_operations(
            annotation=annotation,
            reader=reader_of(request),
            base_version=form.validated_data["base_version"],
            operations=[
                _read_operation(view=form.validated_data.get("view"), **fields)
                for fields in form.validated_data["operations"]
            ],
        )
        return Response(SavedStateRecord(saved).data)


def _read_operation(
    *,
    patch: str | None = None,
    answer: Mapping[str, str] | None = None,
    finding: dict[str, Any] | None = None,
    made_at: datetime | None = None,
    details: dict[str, Any] | None = None,
    view: dict[str, Any] | None = None,
    **fields: Any,
) -> OperationDraft:
    return OperationDraft(
        patch=None if patch is None else read_patch(patch),
        question=answer["question"] if answer else "",
        answer=answer["value"] if answer else "",
        finding=None if finding is None else finding_of(finding),
        made_at=made_at or made_at_of(fields["id"]),
        details={**({} if view is None else {"view": view}), **(details or {})},
        **fields,
    )


def _record(operation: AnnotationOperation) -> dict[str, Any]:
    record = {
        "sequence": operation.sequence,
        "id": str(operation.id),
        "kind": operation.kind,
        "details": operation.details,
        "made_at": operation.made_at,
    }
    if operation.patch is not None:
        patch = base64.b64encode(compact_mask(bytes(operation.patch))).decode()
        return {**record, "label": operation.label, "tool": operation.tool, "patch": patch}
    if operation.finding is not None:
        return {**record, "finding": operation.finding}
    return {**record, "answer": {"question": operation.question, "value": operation.answer}}
