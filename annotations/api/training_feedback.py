from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.training_feedback import Feedback, ImageFeedback, feedback_on
from annotations.rules import assignments_visible_to


class PieceRecord(serializers.Serializer):
    outlines = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.FloatField())),
        help_text="Closed rings of [x, y] in image px",
    )
    length_mm = serializers.FloatField()
    x_px = serializers.FloatField()
    y_px = serializers.FloatField()


class ImageFeedbackRecord(serializers.Serializer):
    mammogram = serializers.UUIDField()
    annotation = serializers.UUIDField()
    length_mm = serializers.FloatField(help_text="Of the known label")
    found_mm = serializers.FloatField()
    missed = PieceRecord(many=True)
    extra = PieceRecord(many=True, help_text="Empty where the known label does not hold all there is")
    is_whole = serializers.BooleanField(help_text="Whether the known label holds all there is")


class TryRecord(serializers.Serializer):
    number = serializers.IntegerField()
    length_mm = serializers.FloatField()
    found_mm = serializers.FloatField()
    extra_mm = serializers.FloatField(allow_null=True)
    segments = serializers.IntegerField()
    segments_found = serializers.IntegerField()


class FeedbackRecord(serializers.Serializer):
    images = ImageFeedbackRecord(many=True)
    tries = TryRecord(many=True, help_text="The first one first")
    maximum_tries = serializers.IntegerField()
    can_try_again = serializers.BooleanField()


class TrainingFeedbackView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=FeedbackRecord)
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Return what a reader in training missed and what was too much; refused before she submits."""
        visible = assignments_visible_to(reader_of(request)).select_related("campaign")
        return Response(FeedbackRecord(_record(feedback_on(find_visible(visible, assignment_id)))).data)


def _record(feedback: Feedback) -> dict[str, object]:
    return {
        "images": [_image_record(image) for image in feedback.images],
        "tries": feedback.tries,
        "maximum_tries": feedback.maximum_tries,
        "can_try_again": feedback.can_try_again,
    }


def _image_record(image: ImageFeedback) -> dict[str, object]:
    measure = image.measure
    return {
        "mammogram": image.mammogram,
        "annotation": image.annotation,
        "length_mm": measure.length_mm,
        "found_mm": measure.found_mm,
        "missed": measure.missed,
        "extra": measure.extra if image.is_whole else [],
        "is_whole": image.is_whole,
    }
