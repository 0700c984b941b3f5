from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.question import LONGEST_SLUG, answer_exam, asked, exam_answers
from annotations.enums import QuestionScope
from annotations.models import Assignment, CampaignQuestion
from annotations.rules import assignments_visible_to, exams_shown_again_to


class ChoiceRecord(serializers.Serializer):
    value = serializers.CharField()
    text = serializers.CharField()


class QuestionRecord(serializers.Serializer):
    question = serializers.CharField(source="slug", help_text="Its short name; it never changes its meaning")
    text = serializers.CharField()
    is_required = serializers.BooleanField(help_text="Whether the exam is submitted only once it is answered")
    choices = serializers.SerializerMethodField()

    @extend_schema_field(ChoiceRecord(many=True))
    def get_choices(self, question: CampaignQuestion) -> list[dict[str, str]]:
        return [{"value": value, "text": text} for value, text in question.answers]


class ExamAnswersRecord(serializers.Serializer):
    questions = QuestionRecord(many=True, help_text="What the campaign asks of the exam now")
    answers = serializers.DictField(
        child=serializers.CharField(), help_text="The last answer to each question, ended ones included"
    )


class ExamAnswerForm(serializers.Serializer):
    id = serializers.UUIDField(
        required=False, help_text="Made by the page: what is sent again under it is stored once"
    )
    question = serializers.SlugField(max_length=LONGEST_SLUG)
    value = serializers.SlugField(max_length=LONGEST_SLUG)


class ExamAnswersView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=ExamAnswersRecord)
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Return what is asked about an exam of the person who asks, and what she answered.

        Where she reads some exams a second time, of what she has not ended yet.
        """
        assignment = find_visible(_with_campaign(exams_shown_again_to(reader_of(request))), assignment_id)
        return Response(_record(assignment, exam_answers(assignment)))

    @extend_schema(request=ExamAnswerForm, responses={201: ExamAnswersRecord})
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Answer a question about the exam; a later answer counts instead of an earlier one.

        What was answered comes back where it may be asked for, too.
        """
        reader = reader_of(request)
        assignment = find_visible(_with_campaign(assignments_visible_to(reader)), assignment_id)
        form = ExamAnswerForm(data=request.data)
        form.is_valid(raise_exception=True)
        answer_exam(
            assignment=assignment,
            reader=reader,
            slug=form.validated_data["question"],
            value=form.validated_data["value"],
            answer_id=form.validated_data.get("id"),
        )
        is_shown = exams_shown_again_to(reader).filter(id=assignment.id).exists()
        answers = exam_answers(assignment) if is_shown else {}
        return Response(_record(assignment, answers), status=status.HTTP_201_CREATED)


def _with_campaign(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return assignments.select_related("campaign")


def _record(assignment: Assignment, answers: Mapping[str, str]) -> dict[str, object]:
    record = {"questions": asked(assignment.campaign, QuestionScope.EXAM), "answers": answers}
    return dict(ExamAnswersRecord(record).data)
