"""Who is here: log-in, log-out, and the door that every page stands behind."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from annotations.domain.log_in_throttle import begin_log_in, end_log_in
from annotations.errors import LogInThrottledError
from annotations.models import Reader

Parameters = ParamSpec("Parameters")
ReaderView = Callable[Concatenate[HttpRequest, Reader, Parameters], HttpResponse]
PageView = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


class LogInForm(AuthenticationForm):
    """Looks at the password only where not too many wrong ones came before."""

    throttled: LogInThrottledError | None = None

    def clean(self) -> dict[str, Any]:
        request = cast("HttpRequest", self.request)
        name, address = self.cleaned_data.get("username", ""), request.META.get("REMOTE_ADDR", "")
        try:
            begin_log_in(name=name, address=address, now=timezone.now())
        except LogInThrottledError as error:
            self.throttled = error
            raise ValidationError(error.message, code=error.code) from error
        cleaned = super().clean()
        end_log_in(name=name, address=address)
        return cleaned


class LogInView(LoginView):
    template_name = "login.html"
    redirect_authenticated_user = True
    authentication_form = LogInForm

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        throttled = cast("LogInForm", form).throttled
        if throttled is not None:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(throttled.facts["retry_after_s"])
        return response


def reader_required(view: ReaderView[Parameters]) -> PageView[Parameters]:
    """Hand the view the person's reader record; without one, say so on a plain page."""

    @login_required
    @wraps(view)
    def open_for_reader(
        request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponse:
        reader = getattr(request.user, "reader", None)
        if reader is None:
            return render(request, "no_role.html", status=403)
        return view(request, reader, *args, **kwargs)

    return open_for_reader


def require(is_allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence: require(rules.is_expert(reader))
    """Answer 403 in plain words where the role does not allow the page."""
    if not is_allowed:
        raise PermissionDenied
