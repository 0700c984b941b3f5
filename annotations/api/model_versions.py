from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.permissions import IsKnownReader
from annotations.models import ModelVersion


class ModelVersionRecord(serializers.ModelSerializer):
    state = serializers.SerializerMethodField(help_text="active or retired")

    class Meta:
        model = ModelVersion
        fields = ["id", "name", "version", "state", "architecture", "cutoff", "synthetic_only"]

    def get_state(self, model_version: ModelVersion) -> str:
        return "active" if model_version.is_active else "retired"


class ModelVersionListView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=ModelVersionRecord(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002 - DRF's signature
        """List the models, those in use first. Everybody with a role may know of them."""
        return Response(ModelVersionRecord(ModelVersion.objects.all(), many=True).data)
