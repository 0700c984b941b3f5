"""The models: which are in use, which are candidates, which were; and how another comes in."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.model_figures import card_figures
from annotations.domain.model_version import Registration, import_uploaded_model
from annotations.enums import ModelState
from annotations.errors import TramlineError
from annotations.forms.model_version import ModelImportForm
from annotations.models import ModelVersion, Reader
from annotations.views.account import reader_required, require

TOO_LARGE = (
    f"A file of at most {settings.UPLOAD_LIMIT_BYTES // 1024**2} MB is taken here, and its length must be "
    "said. Bring a larger one in on the server, with manage.py import_model. Nothing was stored."
)


@csrf_exempt  # asked for by `_models`: first it is seen whether this body may be received at all
@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def models(request: HttpRequest, reader: Reader) -> HttpResponse:
    """List the models by state; a POST brings one in."""
    require(is_allowed=rules.can_manage_models(reader))
    if request.method == "POST":
        announced = request.META.get("CONTENT_LENGTH", "")
        if not announced.isdecimal() or int(announced) > settings.UPLOAD_LIMIT_BYTES:
            messages.error(request, TOO_LARGE)
            return redirect("models")
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
    return _models(request, reader)


@csrf_protect
def _models(request: HttpRequest, reader: Reader) -> HttpResponse:
    form = ModelImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            registration = _import(form, reader)
        except TramlineError as error:
            form.add_error("file", f"{error.message} ({error.code})")
        else:
            _say(request, registration)
            return redirect("model_version", model_version_id=registration.model_version.id)
    versions = [(version, card_figures(version)) for version in ModelVersion.objects.all()]
    shelves = [
        (state, [each for each in versions if each[0].state == state])
        for state in (ModelState.ACTIVE, ModelState.CANDIDATE, ModelState.RETIRED)
    ]
    return render(
        request,
        "models.html",
        {
            "shelves": shelves,
            "has_models": bool(versions),
            "form": form,
            "can_train": rules.can_train(reader),
        },
        status=400 if request.method == "POST" else 200,
    )


def _import(form: ModelImportForm, reader: Reader) -> Registration:
    """Check the file under a name of its own, whatever it is called, and keep no trace of it there."""
    given = {key: form.cleaned_data[key] or None for key in ("name", "version", "output")}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as file:
            for chunk in cast("UploadedFile", form.cleaned_data["file"]).chunks():
                file.write(chunk)
        return import_uploaded_model(
            path=path,
            reader=reader,
            sha256=form.cleaned_data["sha256"],
            cutoff=form.cleaned_data["cutoff"],
            **given,
        )


def _say(request: HttpRequest, registration: Registration) -> None:
    model = registration.model_version
    if registration.is_new:
        messages.success(request, f"{model} is here, as a candidate. Try it out, then activate it.")
    else:
        messages.info(request, f"These weights are here already, as {model}. Nothing changed.")
