"""Models over the images of whole campaigns: begin one, see how those that were begun get on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.inference_batch import request_inference_batch
from annotations.errors import TramlineError
from annotations.forms.inference_batch import InferenceBatchForm
from annotations.models import InferenceBatch, Reader
from annotations.views.account import reader_required, require

BATCHES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def inference_batches(request: HttpRequest, reader: Reader) -> HttpResponse:
    """List the batches; a POST begins one."""
    require(is_allowed=rules.can_manage_models(reader))
    form = InferenceBatchForm(request.POST or None, reader=reader)
    if request.method == "POST" and form.is_valid():
        try:
            batch = request_inference_batch(reader=reader, **form.cleaned_data)
        except TramlineError as error:
            form.add_error(None, f"{error.message} ({error.code})")
        else:
            messages.success(request, "The images wait for a worker. You can leave this page.")
            return redirect("inference_batch", batch_id=batch.id)
    batches = InferenceBatch.objects.select_related("campaign", "model_version", "requested_by")
    return render(
        request,
        "inference_batches.html",
        {"form": form, "batches": batches[:BATCHES_SHOWN]},
        status=400 if request.method == "POST" else 200,
    )
