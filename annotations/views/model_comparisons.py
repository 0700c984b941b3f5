"""Comparisons of two models: a form to begin one, and those that were made."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.model_comparison import request_model_comparison
from annotations.errors import TramlineError
from annotations.forms.model_comparison import ModelComparisonForm
from annotations.models import ModelComparison, Reader
from annotations.views.account import reader_required, require

RUNS_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def model_comparisons(request: HttpRequest, reader: Reader) -> HttpResponse:
    """List the comparisons; a POST begins one."""
    require(is_allowed=rules.can_manage_datasets(reader))
    form = ModelComparisonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = request_model_comparison(reader=reader, **form.cleaned_data)
        except TramlineError as error:
            form.add_error(None, f"{error.message} ({error.code})")
        else:
            messages.success(request, "It waits for a worker. You can leave this page.")
            return redirect("model_comparison", run_id=run.id)
    runs = ModelComparison.objects.select_related(
        "first", "second", "dataset_version__dataset", "requested_by"
    )
    return render(
        request,
        "model_comparisons.html",
        {"form": form, "runs": runs.defer("cases")[:RUNS_SHOWN]},
        status=400 if request.method == "POST" else 200,
    )
