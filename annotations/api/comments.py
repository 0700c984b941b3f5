from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.annotations import find_annotation
from annotations.api.lookup import find_visible
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.comment import (
    CommentDraft,
    add_event,
    comments_on,
    is_resolved,
    people_to_call,
    write_comment,
)
from annotations.enums import CommentEventKind
from annotations.models import Comment
from annotations.rules import comments_visible_to

# Longer than any text that is taken, so that the rule itself answers, in its own words.
MAXIMUM_SENT_CHARACTERS = 100_000


class CommentEventRecord(serializers.Serializer):
    id = serializers.UUIDField()
    act = serializers.ChoiceField(CommentEventKind.choices, source="kind")
    author = serializers.CharField(source="author.pseudonym", help_text="Pseudonym")
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class CommentRecord(serializers.ModelSerializer):
    author = serializers.CharField(source="author.pseudonym", help_text="Pseudonym")
    is_resolved = serializers.SerializerMethodField()
    events = CommentEventRecord(many=True, help_text="In the order in which they came")

    class Meta:
        model = Comment
        fields = [
            "id",
            "author",
            "text",
            "x_px",
            "y_px",
            "centre_x_px",
            "centre_y_px",
            "scale",
            "window_center",
            "window_width",
            "is_inverted",
            "is_resolved",
            "created_at",
            "events",
        ]

    def get_is_resolved(self, comment: Comment) -> bool:
        return is_resolved(comment.events.all())


class CommentsRecord(serializers.Serializer):
    comments = CommentRecord(many=True)
    people = serializers.ListField(
        child=serializers.CharField(), help_text="Pseudonyms of others that a comment may call with an @"
    )


class CommentForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client (UUIDv7); sent twice, it is stored once")
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=MAXIMUM_SENT_CHARACTERS)
    x_px = serializers.FloatField(help_text="Image px, to the right")
    y_px = serializers.FloatField(help_text="Image px, downwards")
    centre_x_px = serializers.FloatField(help_text="Image px in the middle of the canvas")
    centre_y_px = serializers.FloatField()
    scale = serializers.FloatField(min_value=1e-4, max_value=1e4, help_text="Canvas px for each image px")
    window_center = serializers.FloatField()
    window_width = serializers.FloatField()
    is_inverted = serializers.BooleanField(default=False)


class CommentEventForm(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client (UUIDv7); sent twice, it is stored once")
    act = serializers.ChoiceField(CommentEventKind.choices)
    text = serializers.CharField(
        default="", allow_blank=True, trim_whitespace=False, max_length=MAXIMUM_SENT_CHARACTERS
    )


class CommentsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=CommentsRecord)
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """List the comments on an annotation and on those it was made from, with what came after each."""
        annotation = find_annotation(request, annotation_id)
        reader = reader_of(request)
        comments = comments_on(annotation, reader).select_related("author").prefetch_related("events__author")
        people = people_to_call(annotation, reader).values_list("pseudonym", flat=True)
        return Response(CommentsRecord({"comments": comments, "people": list(people)}).data)

    @extend_schema(request=CommentForm, responses={201: CommentRecord})
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Pin a comment to a place of an annotation, also after it was submitted."""
        annotation = find_annotation(request, annotation_id)
        form = CommentForm(data=request.data)
        form.is_valid(raise_exception=True)
        comment = write_comment(
            annotation=annotation, author=reader_of(request), draft=CommentDraft(**form.validated_data)
        )
        return Response(CommentRecord(comment).data, status=status.HTTP_201_CREATED)


class CommentEventsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=CommentEventForm, responses={201: CommentRecord})
    def post(self, request: Request, comment_id: UUID) -> Response:
        """Answer a comment, say that it is settled, or open it again."""
        visible = comments_visible_to(reader_of(request)).select_related("annotation__mammogram", "author")
        comment = find_visible(visible, comment_id)
        form = CommentEventForm(data=request.data)
        form.is_valid(raise_exception=True)
        add_event(
            comment=comment,
            author=reader_of(request),
            event_id=form.validated_data["id"],
            kind=form.validated_data["act"],
            text=form.validated_data["text"],
        )
        return Response(CommentRecord(comment).data, status=status.HTTP_201_CREATED)
