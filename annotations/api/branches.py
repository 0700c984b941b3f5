import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.annotation_operations import TOOLS, AnswerForm
from annotations.api.annotations import MAXIMUM_VERSION
from annotations.api.findings import FindingForm, finding_of
from annotations.api.lookup import find_visible
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.annotation_branch import decide_branch, store_branch
from annotations.enums import BranchDecisionValue, BranchReason, Label, OperationKind
from annotations.models import AnnotationBranch, BranchDecision, BranchOperation
from annotations.rules import annotations_visible_to, branches_visible_to
from annotations.validators.branch_operation import BranchOperationDraft
from annotations.validators.operation import MAXIMUM_OPERATIONS, read_patch

CONTENT_FORMS: dict[str, type[serializers.Serializer]] = {
    OperationKind.ANSWER: AnswerForm,
    OperationKind.FINDING: FindingForm,
}


class BranchOperationForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client; sent twice, it is stored once")
    kind = serializers.ChoiceField(OperationKind.choices)
    label = serializers.ChoiceField(Label.choices, required=False)  # type: ignore[assignment] # a field of ours, not DRF's caption
    tool = serializers.ChoiceField(TOOLS, required=False)
    sets = serializers.CharField(required=False, help_text="Pixels turned on, docs/mask_format.md, as base64")
    clears = serializers.CharField(required=False, help_text="Pixels turned off")
    content = serializers.DictField(
        required=False, help_text="The answer or finding, where it is not of masks"
    )
    details = serializers.DictField(required=False)
    made_at = serializers.DateTimeField()


class BranchForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client")
    reason = serializers.ChoiceField(BranchReason.choices)
    base_version = serializers.IntegerField(min_value=0, max_value=MAXIMUM_VERSION)
    operations = BranchOperationForm(many=True, max_length=MAXIMUM_OPERATIONS)  # type: ignore[call-arg] # stubs forget many=True


class StoredBranchRecord(serializers.Serializer):
    id = serializers.UUIDField()
    acknowledged = serializers.ListField(child=serializers.UUIDField())


class BranchOperationRecord(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of ours, not DRF's caption
    tool = serializers.CharField()
    sets = serializers.CharField(allow_null=True, help_text="As base64; null where it is not of masks")
    clears = serializers.CharField(allow_null=True)
    content = serializers.DictField()
    made_at = serializers.DateTimeField()


class BranchDecisionRecord(serializers.Serializer):
    value = serializers.CharField()
    reader = serializers.CharField(help_text="Pseudonym")
    decided_at = serializers.DateTimeField()


class BranchRecord(serializers.Serializer):
    id = serializers.UUIDField()
    reason = serializers.CharField()
    base_version = serializers.IntegerField()
    stored_at = serializers.DateTimeField()
    operations = BranchOperationRecord(many=True)
    decision = BranchDecisionRecord(allow_null=True, help_text="The last one; null while it is open")


class BranchDecisionForm(serializers.Serializer):
    value = serializers.ChoiceField(BranchDecisionValue.choices)


class AnnotationBranchesView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=BranchRecord(many=True))
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """List what stands beside an annotation because it could not join it by itself, oldest first."""
        annotation = find_visible(annotations_visible_to(reader_of(request)), annotation_id)
        branches = annotation.branches.prefetch_related("operations", "decisions__reader")
        return Response([_describe_branch(branch) for branch in branches])

    @extend_schema(request=BranchForm, responses=StoredBranchRecord)
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Keep a reader's own changes beside her annotation; also after it was submitted."""
        annotation = find_visible(annotations_visible_to(reader_of(request)), annotation_id)
        form = BranchForm(data=request.data)
        form.is_valid(raise_exception=True)
        operations = [_read_operation(**fields) for fields in form.validated_data["operations"]]
        branch = store_branch(
            annotation=annotation,
            reader=reader_of(request),
            branch_id=form.validated_data["id"],
            reason=form.validated_data["reason"],
            base_version=form.validated_data["base_version"],
            operations=operations,
        )
        record = {"id": branch.id, "acknowledged": [operation.id for operation in operations]}
        return Response(StoredBranchRecord(record).data)


class BranchDecisionsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=BranchDecisionForm, responses=BranchDecisionRecord)
    def post(self, request: Request, branch_id: UUID) -> Response:
        """Write down that a branch was merged, or is left aside; it stays either way."""
        branch = find_visible(branches_visible_to(reader_of(request)), branch_id)
        form = BranchDecisionForm(data=request.data)
        form.is_valid(raise_exception=True)
        decision = decide_branch(branch=branch, reader=reader_of(request), value=form.validated_data["value"])
        return Response(BranchDecisionRecord(_describe_decision(decision)).data)


def _read_operation(
    *,
    kind: str,
    sets: str | None = None,
    clears: str | None = None,
    content: dict[str, Any] | None = None,
    **fields: Any,
) -> BranchOperationDraft:
    return BranchOperationDraft(
        kind=kind,
        sets=None if sets is None else read_patch(sets),
        clears=None if clears is None else read_patch(clears),
        content=_read_content(kind, content),
        **fields,
    )


def _read_content(kind: str, content: dict[str, Any] | None) -> dict[str, Any]:
    """Read an answer or a finding by the same form as in the annotation itself."""
    if not content or kind not in CONTENT_FORMS:
        return content or {}  # refused where the operation is looked at as a whole
    form = CONTENT_FORMS[kind](data=content)
    form.is_valid(raise_exception=True)
    fields = dict(form.validated_data)
    return finding_of(fields) if kind == OperationKind.FINDING else fields


def _describe_branch(branch: AnnotationBranch) -> Mapping[str, object]:
    decisions = sorted(branch.decisions.all(), key=lambda decision: decision.sequence)
    record = {
        "id": branch.id,
        "reason": branch.reason,
        "base_version": branch.base_version,
        "stored_at": branch.created_at,
        "operations": [_describe_operation(operation) for operation in branch.operations.all()],
        "decision": _describe_decision(decisions[-1]) if decisions else None,
    }
    return BranchRecord(record).data


def _describe_operation(operation: BranchOperation) -> dict[str, object]:
    return {
        "id": operation.id,
        "kind": operation.kind,
        "label": operation.label,
        "tool": operation.tool,
        "sets": _base64_or_none(operation.sets),
        "clears": _base64_or_none(operation.clears),
        "content": operation.content,
        "made_at": operation.made_at,
    }


def _describe_decision(decision: BranchDecision) -> dict[str, object]:
    return {
        "value": decision.value,
        "reader": decision.reader.pseudonym,
        "decided_at": decision.created_at,
    }


def _base64_or_none(mask: bytes | memoryview | None) -> str | None:
    return None if mask is None else base64.b64encode(bytes(mask)).decode()
