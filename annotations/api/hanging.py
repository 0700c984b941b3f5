"""How images hang, and what people say of breast and view where a header leaves it open."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.exam_hanging import describe_hanging, hang_images
from annotations.domain.hanging import BREASTS, VIEW_TITLES, Confidence
from annotations.domain.view_statement import state_view
from annotations.models import Mammogram
from annotations.rules import mammograms_visible_to


class HangingRecord(serializers.Serializer):
    laterality = serializers.CharField(help_text="R, L, B for both, or empty where it is not known")
    view = serializers.CharField(help_text="CC, MLO, ..., or empty where it is not known")
    name = serializers.CharField(help_text="As read on film; with a question mark while it is asked about")
    place = serializers.CharField(help_text="RCC, LCC, RMLO or LMLO for the four usual images, else empty")
    words = serializers.CharField(help_text="What is special: spot compression, magnified 1.8 times, ...")
    length_note = serializers.CharField(help_text="What to know of lengths in mm; empty for usual views")
    quarter_turns = serializers.IntegerField(help_text="Clockwise turns of the stored picture for display")
    mirrored = serializers.BooleanField(help_text="Whether it is then mirrored left to right")
    confidence = serializers.ChoiceField([str(confidence) for confidence in Confidence])
    question = serializers.CharField(help_text="Why breast and view are asked about; empty where not")


class ViewStatementForm(serializers.Serializer):
    laterality = serializers.ChoiceField(list(BREASTS.items()))
    view = serializers.ChoiceField(list(VIEW_TITLES.items()))


class HangingView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=HangingRecord)
    def get(self, request: Request, mammogram_id: UUID) -> Response:
        """Say how an image hangs in its exam, and what has to be asked about it."""
        mammogram = find_visible(mammograms_visible_to(reader_of(request)), mammogram_id)
        return Response(HangingRecord(_describe(mammogram)).data)


class ViewStatementsView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=ViewStatementForm, responses={201: HangingRecord})
    def post(self, request: Request, mammogram_id: UUID) -> Response:
        """State which breast and view an image shows; used from now on, beside the header as it came."""
        reader = reader_of(request)
        mammogram = find_visible(mammograms_visible_to(reader), mammogram_id)
        form = ViewStatementForm(data=request.data)
        form.is_valid(raise_exception=True)
        state_view(mammogram=mammogram, reader=reader, **form.validated_data)
        return Response(HangingRecord(_describe(mammogram)).data, status=status.HTTP_201_CREATED)


def _describe(mammogram: Mammogram) -> dict[str, object]:
    images = hang_images(mammogram.study.mammograms.all())
    return next(describe_hanging(image) for image in images if image.mammogram.id == mammogram.id)
