import base64
from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.comparison import compare_annotations
from annotations.enums import Label
from annotations.ml_gateway.masks import MaskBytes
from annotations.models import Annotation
from annotations.rules import annotations_visible_to


class ComparisonForm(serializers.Serializer):
    reference = serializers.UUIDField(help_text="Annotation that is measured against")
    candidate = serializers.UUIDField(help_text="Annotation that is judged")
    label = serializers.ChoiceField(Label.choices, default=Label.BAC)  # type: ignore[assignment]  # DRF's metaclass takes fields off the class


class MeasureRecord(serializers.Serializer):
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(help_text="mm, mm², px, or empty for a ratio and a number of segments")
    definition = serializers.CharField()
    undefined_code = serializers.CharField(allow_null=True)
    undefined_reason = serializers.CharField(allow_null=True)


class ComparedLabelRecord(serializers.Serializer):
    annotation = serializers.UUIDField()
    reader = serializers.CharField(help_text="Pseudonym")
    derived_from = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    runs = serializers.CharField(help_text="The mask in docs/mask_format.md, version 1, as base64")
    sha256 = serializers.CharField()


class ComparisonRecord(serializers.Serializer):
    mammogram = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's metaclass takes fields off the class
    reference = ComparedLabelRecord()
    candidate = ComparedLabelRecord()
    images = serializers.IntegerField(help_text="Images behind the numbers: 1")
    measures = serializers.DictField(child=MeasureRecord())
    definition = serializers.DictField(help_text="Version of the definitions, tolerance in mm, empty rule")


class ComparisonView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(parameters=[ComparisonForm], responses=ComparisonRecord)
    def get(self, request: Request) -> Response:
        """Compare two visible annotations of one image; every number brings its definition."""
        form = ComparisonForm(data=request.query_params)
        form.is_valid(raise_exception=True)
        visible = annotations_visible_to(reader_of(request)).select_related("mammogram", "reader")
        comparison = compare_annotations(
            reference=find_visible(visible, form.validated_data["reference"]),
            candidate=find_visible(visible, form.validated_data["candidate"]),
            label=Label(form.validated_data["label"]),
        )
        record = {
            "mammogram": comparison.reference.mammogram_id,
            "label": comparison.label.value,
            "reference": _label_record(comparison.reference, comparison.reference_mask),
            "candidate": _label_record(comparison.candidate, comparison.candidate_mask),
            "images": 1,
            "measures": {name: asdict(measure) for name, measure in comparison.compared.measures.items()},
            "definition": dict(comparison.compared.definition),
        }
        return Response(ComparisonRecord(record).data)


def _label_record(annotation: Annotation, mask: MaskBytes) -> dict[str, object]:
    return {
        "annotation": annotation.id,
        "reader": annotation.reader.pseudonym,
        "derived_from": annotation.derived_from_id,
        "version": annotation.version,
        "runs": base64.b64encode(mask.data).decode(),
        "sha256": mask.sha256,
    }
