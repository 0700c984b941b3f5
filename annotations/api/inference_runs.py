from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.model_versions import ModelVersionRecord
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.api.stored_images import ASK_AGAIN, answer_stored_png
from annotations.domain.inference_run import check_preannotation, request_inference
from annotations.domain.preannotation_view import note_preannotation_view
from annotations.domain.run import cancel_run
from annotations.enums import RunState
from annotations.errors import InvalidError, MissingError
from annotations.models import InferenceRun, Mammogram, ModelVersion
from annotations.rules import inference_runs_visible_to, mammograms_read_by


class InferenceRunRecord(serializers.ModelSerializer):
    model_version = ModelVersionRecord()
    probability_url = serializers.SerializerMethodField()

    class Meta:
        model = InferenceRun
        # No times: a reader could tell a planted copy by when its models were asked.
        fields = [
            "id",
            "mammogram",
            "model_version",
            "state",
            "done",
            "total",
            "error",
            "error_code",
            "probability_url",
            "seconds",
        ]

    def get_probability_url(self, run: InferenceRun) -> str | None:
        if run.state != RunState.SUCCEEDED:
            return None
        return reverse("api-inference-run-probability", args=[run.id])


class InferenceForm(serializers.Serializer):
    model_version = serializers.UUIDField()


class MammogramInferenceRunsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=InferenceRunRecord(many=True))
    def get(self, request: Request, mammogram_id: UUID) -> Response:
        """List the runs of all models on an image, newest first."""
        mammogram = _find_mammogram(request, mammogram_id)
        check_preannotation(reader_of(request), mammogram)
        runs = _visible_runs(request).filter(mammogram=mammogram)
        return Response(InferenceRunRecord(runs, many=True).data)

    @extend_schema(request=InferenceForm, responses={201: InferenceRunRecord})
    def post(self, request: Request, mammogram_id: UUID) -> Response:
        """Ask for a model on an image; asked before, the run is the same."""
        mammogram = _find_mammogram(request, mammogram_id)
        form = InferenceForm(data=request.data)
        form.is_valid(raise_exception=True)
        model_version = ModelVersion.objects.filter(id=form.validated_data["model_version"]).first()
        if model_version is None:
            raise InvalidError("There is no such model; take one of the list.", code="model_version_unknown")
        run = request_inference(mammogram=mammogram, model_version=model_version, reader=reader_of(request))
        return Response(InferenceRunRecord(run).data, status=status.HTTP_201_CREATED)


class InferenceRunView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=InferenceRunRecord)
    def get(self, request: Request, run_id: UUID) -> Response:
        """Tell how far a run is."""
        return Response(InferenceRunRecord(find_visible(_visible_runs(request), run_id)).data)


class InferenceRunCancelView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=None, responses=InferenceRunRecord)
    def post(self, request: Request, run_id: UUID) -> Response:
        """Ask a run to stop: a queued one ends at once, a running one within a tile."""
        run = cancel_run(find_visible(_visible_runs(request), run_id), reader=reader_of(request))
        return Response(InferenceRunRecord(run).data)


class InferenceRunProbabilityView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, run_id: UUID) -> HttpResponseBase:
        """Return the probability map, an 8-bit grey PNG of the image's size; the look is remembered."""
        run = find_visible(_visible_runs(request), run_id)
        if run.state != RunState.SUCCEEDED:
            raise MissingError("This run has no probability map (yet).", code="probability_not_ready")
        note_preannotation_view(run=run, reader=reader_of(request))
        return answer_stored_png(request, run.probability_sha256, cache_control=ASK_AGAIN)


def _find_mammogram(request: Request, mammogram_id: UUID) -> Mammogram:
    return find_visible(mammograms_read_by(reader_of(request)), mammogram_id)


def _visible_runs(request: Request) -> QuerySet[InferenceRun]:
    return inference_runs_visible_to(reader_of(request)).select_related("model_version")
