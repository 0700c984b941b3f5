import base64
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.annotations import find_annotation
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.proposal_decision import ProposalDecisionDraft, decide_proposals
from annotations.enums import ProposalDecisionValue
from annotations.models import ProposalDecision
from annotations.rules import inference_runs_visible_to
from annotations.validators.operation import read_patch

MAXIMUM_DECISIONS = 1000


class ProposalDecisionRecord(serializers.ModelSerializer):
    piece = serializers.SerializerMethodField(help_text="Its pixels in docs/mask_format.md, as base64")

    class Meta:
        model = ProposalDecision
        fields = ["id", "inference_run", "value", "piece", "cutoff", "created_at"]

    def get_piece(self, decision: ProposalDecision) -> str:
        return base64.b64encode(bytes(decision.piece)).decode()


class ProposalDecisionForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client (UUIDv7); sent twice, it is stored once")
    inference_run = serializers.UUIDField()
    value = serializers.ChoiceField(ProposalDecisionValue.choices)
    piece = serializers.CharField(help_text="The piece as proposed, in docs/mask_format.md, as base64")
    cutoff = serializers.FloatField(min_value=0, max_value=1)


class ProposalDecisionsForm(serializers.Serializer):
    decisions = ProposalDecisionForm(many=True, max_length=MAXIMUM_DECISIONS)  # type: ignore[call-arg] # stubs forget many=True


class ProposalDecisionsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=ProposalDecisionRecord(many=True))
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """List what was decided on the pieces that models proposed for this image, the earliest first."""
        annotation = find_annotation(request, annotation_id)
        runs = inference_runs_visible_to(reader_of(request))
        decisions = annotation.proposal_decisions.filter(inference_run__in=runs)
        return Response(ProposalDecisionRecord(decisions, many=True).data)

    @extend_schema(request=ProposalDecisionsForm, responses={204: None})
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Keep the reader's decisions on her own open annotation."""
        annotation = find_annotation(request, annotation_id)
        form = ProposalDecisionsForm(data=request.data)
        form.is_valid(raise_exception=True)
        drafts = [
            ProposalDecisionDraft(**{**fields, "piece": read_patch(fields["piece"])})
            for fields in form.validated_data["decisions"]
        ]
        decide_proposals(annotation=annotation, reader=reader_of(request), decisions=drafts)
        return Response(status=status.HTTP_204_NO_CONTENT)
