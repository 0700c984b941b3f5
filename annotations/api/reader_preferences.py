from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.reader_preferences import keys_of, set_keys


class PreferencesForm(serializers.Serializer):
    keys = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=32, trim_whitespace=False)),
        help_text="Keys by name of the action; only those that the person changed. An empty list: no key",
    )


class PreferencesView(APIView):
    permission_classes = [IsKnownReader]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=PreferencesForm)
    def get(self, request: Request) -> Response:
        """Return how the caller likes the pages."""
        return Response({"keys": keys_of(reader_of(request))})

    @extend_schema(request=PreferencesForm, responses=PreferencesForm)
    def put(self, request: Request) -> Response:
        """Keep the caller's own keys in place of those she had."""
        form = PreferencesForm(data=request.data)
        form.is_valid(raise_exception=True)
        set_keys(reader=reader_of(request), keys=form.validated_data["keys"])
        return Response({"keys": keys_of(reader_of(request))})
