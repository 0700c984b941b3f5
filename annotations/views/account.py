"""Who is here: log-in, log-out, and the door that every page stands behind."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotations.models import Reader

Parameters = ParamSpec("Parameters")
ReaderView = Callable[Concatenate[HttpRequest, Reader, Parameters], HttpResponse]
PageView = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


class LogInView(LoginView):
    template_name = "login.html"
    redirect_authenticated_user = True


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
