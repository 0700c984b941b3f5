"""One training: how far it is, its curve, and the candidate that came of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.plot.curve import curve_plot
from annotations.domain.run import cancel_run
from annotations.errors import TramlineError
from annotations.models import Reader, TrainingRun
from annotations.views.account import reader_required, require


@require_safe
@reader_required
def training_run(request: HttpRequest, reader: Reader, run_id: UUID) -> HttpResponse:
    run = _find(reader, run_id)
    return render(request, "training_run.html", {"run": run, "plot": curve_plot(run.curve, epochs=run.total)})


@require_POST
@reader_required
def cancel_training(request: HttpRequest, reader: Reader, run_id: UUID) -> HttpResponse:
    run = _find(reader, run_id)
    try:
        cancel_run(run, reader=reader)
        messages.success(request, "It stops within seconds; no model comes of it.")
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("training_run", run_id=run.id)


def _find(reader: Reader, run_id: UUID) -> TrainingRun:
    require(is_allowed=rules.can_train(reader))
    runs = TrainingRun.objects.select_related("dataset_version__dataset", "model_version", "requested_by")
    return get_object_or_404(runs, id=run_id)
