"""The models that pre-annotate: what each is, what it was trained on, and how another comes in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.models import ModelVersion, Reader
from annotations.views.account import reader_required, require


@require_safe
@reader_required
def models(request: HttpRequest, reader: Reader) -> HttpResponse:
    require(is_allowed=rules.can_manage_models(reader))
    return render(request, "models.html", {"model_versions": ModelVersion.objects.all()})
