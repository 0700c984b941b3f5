"""Training from the web: a recipe, a frozen dataset version, a seed; and what came of earlier runs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.training_run import request_training
from annotations.errors import TramlineError
from annotations.forms.training_run import TrainingForm
from annotations.ml_gateway.recipes import shipped_recipes
from annotations.models import Reader, TrainingRun
from annotations.views.account import reader_required, require

RUNS_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def training_runs(request: HttpRequest, reader: Reader) -> HttpResponse:
    """List the runs; a POST begins one."""
    require(is_allowed=rules.can_train(reader))
    form = TrainingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = request_training(reader=reader, **form.cleaned_data)
        except TramlineError as error:
            form.add_error(None, f"{error.message} ({error.code})")
        else:
            messages.success(request, "It waits for a worker. You can leave this page.")
            return redirect("training_run", run_id=run.id)
    runs = TrainingRun.objects.select_related("dataset_version__dataset", "model_version", "requested_by")
    return render(
        request,
        "training_runs.html",
        {"form": form, "recipes": shipped_recipes().values(), "runs": runs[:RUNS_SHOWN]},
        status=400 if request.method == "POST" else 200,
    )
