import base64
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.correction_decision import (
    NEEDS_DECISION,
    DecisionDraft,
    apply_correction,
    decide_components,
    latest_decisions,
)
from annotations.domain.correction_run import request_correction
from annotations.enums import Label
from annotations.models import CorrectionComponent, CorrectionDecision, CorrectionRun, Reader
from annotations.rules import annotations_visible_to, correction_runs_visible_to

FIELDS_AS_STORED = (
    "id",
    "annotation_version",
    "label",
    "state",
    "done",
    "total",
    "error_code",
    "error",
    "mode",
    "algorithm_version",
    "parameters",
    "parameters_sha256",
    "summary",
)
MAXIMUM_DECISIONS = 5000
MAXIMUM_NOTE_CHARACTERS = 2000


class CorrectionRequestForm(serializers.Serializer):
    label = serializers.ChoiceField(Label.choices, default=Label.BAC)  # type: ignore[assignment]  # DRF's metaclass takes fields off the class


class DecisionForm(serializers.Serializer):
    component = serializers.UUIDField()
    is_removed = serializers.BooleanField()
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=MAXIMUM_NOTE_CHARACTERS
    )


class HumanDecisionRecord(serializers.Serializer):
    is_removed = serializers.BooleanField()
    note = serializers.CharField()
    reviewer = serializers.CharField(help_text="Pseudonym")
    decided_at = serializers.DateTimeField()


class ComponentRecord(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    parent_number = serializers.IntegerField(allow_null=True)
    decision = serializers.CharField(help_text="keep, remove or borderline: what the algorithm proposes")
    reason = serializers.CharField()
    reason_text = serializers.CharField()
    box = serializers.ListField(child=serializers.IntegerField())
    runs = serializers.CharField(help_text="Its pixels in docs/mask_format.md, either version, as base64")
    measures = serializers.DictField(child=serializers.FloatField(allow_null=True))
    flags = serializers.ListField(child=serializers.CharField())
    human_decision = HumanDecisionRecord(allow_null=True, help_text="The caller's own; others' are not shown")


class CorrectionRunRecord(serializers.Serializer):
    id = serializers.UUIDField()
    annotation = serializers.UUIDField()
    annotation_version = serializers.IntegerField()
    mammogram = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's metaclass takes fields off the class
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    error_code = serializers.CharField()
    error = serializers.CharField()
    mode = serializers.CharField(help_text="physical: thickness of mineral; relative: contrast")
    algorithm_version = serializers.CharField()
    parameters = serializers.DictField()
    parameters_sha256 = serializers.CharField()
    summary = serializers.DictField()
    undecided = serializers.IntegerField(help_text="Pieces that the caller must decide before `apply`")
    result = serializers.UUIDField(allow_null=True, help_text="The corrected annotation, once applied")
    queued_at = serializers.DateTimeField()
    components = ComponentRecord(many=True)


class CorrectionRequestView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(
        request=CorrectionRequestForm, responses={200: CorrectionRunRecord, 201: CorrectionRunRecord}
    )
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Queue label correction of a submitted annotation; 200 with the run that waits, if one does."""
        annotation = find_visible(annotations_visible_to(reader_of(request)), annotation_id)
        form = CorrectionRequestForm(data=request.data)
        form.is_valid(raise_exception=True)
        run, is_new = request_correction(
            annotation=annotation, reader=reader_of(request), label=Label(form.validated_data["label"])
        )
        status_code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return _answer_run(run, reader_of(request), status_code=status_code)


class CorrectionRunView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=CorrectionRunRecord)
    def get(self, request: Request, run_id: UUID) -> Response:
        """Return a run with every piece, its measures, what is proposed and what the caller decided last."""
        return _answer_run(_find_run(request, run_id), reader_of(request))


class CorrectionDecisionsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=DecisionForm(many=True), responses=CorrectionRunRecord)
    def post(self, request: Request, run_id: UUID) -> Response:
        """Write decisions on pieces. They are never changed: a later one counts instead of an earlier one."""
        run = _find_run(request, run_id)
        form = DecisionForm.many_init(data=request.data, max_length=MAXIMUM_DECISIONS)
        form.is_valid(raise_exception=True)
        decide_components(
            run=run,
            reader=reader_of(request),
            decisions=[DecisionDraft(**fields) for fields in form.validated_data],
        )
        return _answer_run(run, reader_of(request))


class CorrectionApplyView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=None, responses={201: CorrectionRunRecord})
    def post(self, request: Request, run_id: UUID) -> Response:
        """Write the corrected label as a new submitted annotation, which `result` names."""
        run = _find_run(request, run_id)
        apply_correction(run=run, reader=reader_of(request))
        run.refresh_from_db(fields=["result"])
        return _answer_run(run, reader_of(request), status_code=status.HTTP_201_CREATED)


def _find_run(request: Request, run_id: UUID) -> CorrectionRun:
    visible = correction_runs_visible_to(reader_of(request)).select_related("annotation")
    return find_visible(visible, run_id)


def _answer_run(run: CorrectionRun, reader: Reader, *, status_code: int = status.HTTP_200_OK) -> Response:
    components = list(run.components.order_by("number"))
    decisions = latest_decisions(run, reader)
    undecided = [item for item in components if item.decision in NEEDS_DECISION and item.id not in decisions]
    record = {name: getattr(run, name) for name in FIELDS_AS_STORED} | {
        "annotation": run.annotation_id,
        "mammogram": run.annotation.mammogram_id,
        "result": run.result_id,
        "queued_at": run.created_at,
        "undecided": len(undecided),
        "components": [_component_record(item, decisions.get(item.id)) for item in components],
    }
    return Response(CorrectionRunRecord(record).data, status=status_code)


def _component_record(
    component: CorrectionComponent, decision: CorrectionDecision | None
) -> dict[str, object]:
    return {
        "id": component.id,
        "number": component.number,
        "parent_number": component.parent_number,
        "decision": component.decision,
        "reason": component.reason,
        "reason_text": component.reason_text,
        "box": component.box,
        "runs": base64.b64encode(bytes(component.mask)).decode(),
        "measures": component.measures,
        "flags": component.flags,
        "human_decision": decision
        and {
            "is_removed": decision.is_removed,
            "note": decision.note,
            "reviewer": decision.reviewer.pseudonym,
            "decided_at": decision.created_at,
        },
    }
