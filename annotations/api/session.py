from datetime import datetime
from typing import Any, cast

from django.contrib.auth import authenticate, login
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.header_token import HeaderTokenAuthentication
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.journal_key import journal_key
from annotations.domain.log_in_throttle import begin_log_in, end_log_in
from annotations.errors import LogInRefusedError


class SessionRecord(serializers.Serializer):
    name = serializers.CharField(help_text="What the person logs in with")
    reader = serializers.CharField(help_text="Pseudonym")
    ends_at = serializers.DateTimeField()
    now = serializers.DateTimeField(help_text="The server's clock, for browsers whose own is wrong")


class JournalKeyRecord(serializers.Serializer):
    key = serializers.RegexField("^[0-9a-f]{64}$", help_text="AES-256, for unsent strokes in the browser")


class LogInForm(serializers.Serializer):
    name = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False)


class SessionView(APIView):
    permission_classes = [IsKnownReader]

    @method_decorator(ensure_csrf_cookie)
    @extend_schema(responses=SessionRecord)
    def get(self, request: Request) -> Response:
        """Tell who is logged in here, and until when."""
        return _answer_session(request)


class SessionLogInView(APIView):
    permission_classes = [AllowAny]
    parser_classes = [PlainJSONParser]

    @method_decorator(sensitive_variables())
    @extend_schema(request=LogInForm, responses=SessionRecord)
    def post(self, request: Request) -> Response:
        """Log in from a page that is open already, so that nothing on it is lost."""
        HeaderTokenAuthentication().enforce_csrf(request)  # else checked only for whom is logged in
        form = LogInForm(data=request.data)
        form.is_valid(raise_exception=True)
        django_request = _django_request(request)
        name, address = form.validated_data["name"], request.META.get("REMOTE_ADDR", "")
        begin_log_in(name=name, address=address, now=timezone.now())
        user = authenticate(django_request, username=name, password=form.validated_data["password"])
        if user is None or not hasattr(user, "reader"):
            raise LogInRefusedError(
                "This name and password do not belong together, or the account is closed. Check capital "
                "letters and try again."
            )
        end_log_in(name=name, address=address)
        login(django_request, user)
        django_request.session.save()  # its end is told below
        request.user = user
        return _answer_session(request)


class JournalKeyView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses=JournalKeyRecord)
    def get(self, request: Request) -> Response:
        """Return the key of the person's own journal; the page holds it in memory only."""
        response = Response(JournalKeyRecord({"key": journal_key(reader_of(request)).hex()}).data)
        response["Cache-Control"] = "no-store"
        return response


def _answer_session(request: Request) -> Response:
    record: dict[str, Any] = {
        "name": cast("User", request.user).get_username(),
        "reader": reader_of(request).pseudonym,
        "ends_at": _ends_at(request),
        "now": timezone.now(),
    }
    response = Response(SessionRecord(record).data)
    response["Cache-Control"] = "no-store"
    return response


def _ends_at(request: Request) -> datetime:
    """Read the stored date: Django's own question answers how long a session saved just now would last."""
    session_key = _django_request(request).session.session_key
    return Session.objects.get(session_key=session_key).expire_date


def _django_request(request: Request) -> HttpRequest:
    return request._request  # noqa: SLF001 - DRF's documented way to it
