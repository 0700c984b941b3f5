from uuid import UUID

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.paging import PageForm, page_of
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.annotation import open_annotation
from annotations.domain.exam_begin import check_opens_again
from annotations.domain.next_exam import check_turn, is_to_come
from annotations.domain.worklist import is_read_again
from annotations.enums import AssignmentState, ReadingState
from annotations.models import Annotation, Assignment, Mammogram
from annotations.rules import assignments_visible_to, campaigns_repeated_by, mammograms_visible_to


class AssignedImageRow(serializers.Serializer):
    mammogram = serializers.UUIDField()
    view = serializers.CharField()
    annotation = serializers.UUIDField(
        allow_null=True, help_text="null until the image is opened, and where own labels are not shown again"
    )
    state = serializers.CharField(allow_null=True)


class AssignmentRow(serializers.Serializer):
    id = serializers.UUIDField()
    campaign = serializers.CharField()
    patient = serializers.CharField()
    study = serializers.UUIDField()
    state = serializers.CharField()
    guideline = serializers.IntegerField(
        allow_null=True, help_text="Version under which it was begun; null: none, or not begun"
    )
    images = AssignedImageRow(many=True)


class OpenForm(serializers.Serializer):
    mammogram = serializers.UUIDField()


class OpenedRecord(serializers.Serializer):
    annotation = serializers.UUIDField()


class AssignmentListView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(parameters=[PageForm], responses=AssignmentRow(many=True))
    def get(self, request: Request) -> Response:
        """List the exams that were given to the person who asks, the oldest first, page by page.

        The header Link names the next page (`rel="next"`) where there is one.
        """
        reader = reader_of(request)
        first_readings = Annotation.objects.filter(derived_from__isnull=True)
        assignments = (
            assignments_visible_to(reader)
            .exclude(is_to_come())
            .exclude(is_read_again(reader))
            .select_related("campaign", "study__patient", "guideline")
            .prefetch_related("study__mammograms", Prefetch("annotations", queryset=first_readings))
        )
        page = page_of(request, assignments)
        repeated = set(campaigns_repeated_by(reader))
        rows = [
            _build_row(assignment, shows_own_labels=assignment.campaign_id not in repeated)
            for assignment in page.rows
        ]
        return Response(AssignmentRow(rows, many=True).data, headers=page.headers)


class AssignmentAnnotationsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=OpenForm, responses={201: OpenedRecord})
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Open an image of an exam; opened before, its annotation is the same.

        Refused with 409 and `not_her_turn` where another exam of the campaign comes before it.
        What was submitted is refused, too, where its reader reads some exams a second time.
        """
        reader = reader_of(request)
        assignment = find_visible(
            assignments_visible_to(reader).select_related("reader__user"), assignment_id
        )
        form = OpenForm(data=request.data)
        form.is_valid(raise_exception=True)
        mammogram: Mammogram = find_visible(mammograms_visible_to(reader), form.validated_data["mammogram"])
        check_turn(assignment)
        annotation = open_annotation(assignment=assignment, mammogram=mammogram)
        check_opens_again(annotation)
        return Response(OpenedRecord({"annotation": annotation.id}).data, status=status.HTTP_201_CREATED)


def _build_row(assignment: Assignment, *, shows_own_labels: bool) -> dict[str, object]:
    is_shown = shows_own_labels or assignment.state == AssignmentState.OPEN
    annotations = {annotation.mammogram_id: annotation for annotation in assignment.annotations.all()}
    return {
        "id": assignment.id,
        "campaign": assignment.campaign.name,
        "patient": assignment.study.patient.code,
        "study": assignment.study_id,
        "state": assignment.state,
        "guideline": assignment.guideline.number if assignment.guideline else None,
        "images": [
            _build_image(mammogram, annotations.get(mammogram.id), is_shown=is_shown)
            for mammogram in assignment.study.mammograms.all()
        ],
    }


def _build_image(mammogram: Mammogram, annotation: Annotation | None, *, is_shown: bool) -> dict[str, object]:
    """Describe an image; what is still to be drawn is always named."""
    is_named = annotation and (is_shown or annotation.state == ReadingState.OPEN)
    return {
        "mammogram": mammogram.id,
        "view": mammogram.view,
        "annotation": annotation.id if annotation and is_named else None,
        "state": annotation.state if annotation else None,
    }
