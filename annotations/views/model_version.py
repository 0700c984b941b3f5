"""One model version: its card, its history, and the step from one state to the next."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.model_figures import card_figures
from annotations.domain.model_state import (
    activate_model,
    active_model,
    previously_active,
    retire_model,
    roll_back_model,
)
from annotations.domain.plot.calibration import calibration_plot
from annotations.enums import ModelState
from annotations.errors import TramlineError
from annotations.forms.model_version import ModelStateForm
from annotations.models import ModelVersion, Reader
from annotations.views.account import reader_required, require

REASONED = {"activate": activate_model, "retire": retire_model}


@require_safe
@reader_required
def model_version(request: HttpRequest, reader: Reader, model_version_id: UUID) -> HttpResponse:
    """Show a version; the forms of its states post to `change_state`."""
    model = _find(reader, model_version_id)
    return _page(request, model, ModelStateForm())


@require_POST
@reader_required
def change_state(request: HttpRequest, reader: Reader, model_version_id: UUID) -> HttpResponse:
    """Activate or retire with a reason, or roll back with one click."""
    model = _find(reader, model_version_id)
    act = request.POST.get("act", "")
    require(is_allowed=act in (*REASONED, "roll_back"))
    form = ModelStateForm(request.POST)
    if act in REASONED and not form.is_valid():
        return _page(request, model, form, status=400)
    try:
        if act == "roll_back":
            model = roll_back_model(model_version=model, actor=reader)
        else:
            model = REASONED[act](model_version=model, actor=reader, reason=form.cleaned_data["reason"])
        messages.success(request, f"{model} is now {model.get_state_display().lower()}.")
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("model_version", model_version_id=model.id)


def _find(reader: Reader, model_version_id: UUID) -> ModelVersion:
    require(is_allowed=rules.can_manage_models(reader))
    return get_object_or_404(ModelVersion, id=model_version_id)


def _page(request: HttpRequest, model: ModelVersion, form: ModelStateForm, status: int = 200) -> HttpResponse:
    points = model.card.get("calibration", [])
    rival = active_model(task=model.task, label=model.label)
    return render(
        request,
        "model_version.html",
        {
            "model": model,
            "figures": card_figures(model),
            "calibration": calibration_plot(points) if points else None,
            "changes": model.state_changes.select_related("actor", "replaced").order_by("-number"),
            "before": previously_active(model),
            "in_use": rival if rival != model else None,
            "form": form,
            "states": ModelState,
            "card": json.dumps(model.card, indent=2, sort_keys=True, ensure_ascii=False),
        },
        status=status,
    )
