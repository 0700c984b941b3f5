from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.permissions import IsKnownReader, reader_of
from annotations.models import ModelVersion
from annotations.rules import model_versions_usable_by


class ModelVersionRecord(serializers.ModelSerializer):
    class Meta:
        model = ModelVersion
        fields = ["id", "name", "version", "state", "architecture", "cutoff", "synthetic_only"]


class ModelVersionListView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=ModelVersionRecord(many=True))
    def get(self, request: Request) -> Response:
        """List the models that the caller may run on an image, the one in use first."""
        usable = model_versions_usable_by(reader_of(request))
        return Response(ModelVersionRecord(usable, many=True).data)
