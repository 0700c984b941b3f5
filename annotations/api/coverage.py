import base64
import binascii
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.annotations import find_annotation
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.coverage import CELL_PX, CoverageDraft, annotation_coverage, record_coverage
from annotations.errors import CoverageRefusedError
from annotations.models import Annotation

CELLS_HELP = "One bit for each cell, row by row, highest bit first, as base64"
MAXIMUM_RECORDS = 50


class CoverageReport(serializers.Serializer):
    cell_px = serializers.IntegerField(help_text="Side of a cell in image px")
    rows = serializers.IntegerField(help_text="Cells from top to bottom")
    columns = serializers.IntegerField(help_text="Cells from left to right")
    breast = serializers.CharField(help_text=CELLS_HELP)
    is_breast_found = serializers.BooleanField(help_text="False: every cell counts as breast")
    seen = serializers.CharField(help_text=CELLS_HELP)
    share = serializers.FloatField(help_text="Cells of the breast that were seen, of all of them")
    share_required = serializers.FloatField(allow_null=True, help_text="By the campaign, before submission")


class CoverageDraftForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client (UUIDv7); sent twice, it is stored once")
    cells = serializers.CharField(help_text=CELLS_HELP)


class CoverageForm(serializers.Serializer):
    records = CoverageDraftForm(many=True, max_length=MAXIMUM_RECORDS)  # type: ignore[call-arg] # stubs forget many=True


class CoverageView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=CoverageReport)
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """Return which cells its reader had on screen at 1:1 or larger, and which hold breast."""
        return _answer_coverage(find_annotation(request, annotation_id))

    @extend_schema(request=CoverageForm, responses=CoverageReport)
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Add cells that came into sight; nothing that was seen is ever taken away."""
        annotation = find_annotation(request, annotation_id)
        form = CoverageForm(data=request.data)
        form.is_valid(raise_exception=True)
        records = [
            CoverageDraft(draft["id"], _read_cells(draft["cells"]))
            for draft in form.validated_data["records"]
        ]
        record_coverage(annotation=annotation, reader=reader_of(request), records=records)
        return _answer_coverage(annotation)


def _read_cells(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CoverageRefusedError("What was seen is not base64.") from error


def _answer_coverage(annotation: Annotation) -> Response:
    coverage = annotation_coverage(annotation)
    report = {
        "cell_px": CELL_PX,
        "rows": coverage.rows,
        "columns": coverage.columns,
        "breast": base64.b64encode(coverage.breast).decode(),
        "is_breast_found": coverage.is_breast_found,
        "seen": base64.b64encode(coverage.seen).decode(),
        "share": coverage.share,
        "share_required": coverage.share_required,
    }
    return Response(CoverageReport(report).data)
