"""One model over the images of one campaign: how many are done, how fast, how long it takes yet."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.inference_batch import cancel_inference_batch, is_going, progress_of
from annotations.errors import TramlineError
from annotations.models import InferenceBatch, Reader
from annotations.views.account import reader_required, require


@require_safe
@reader_required
def inference_batch(request: HttpRequest, reader: Reader, batch_id: UUID) -> HttpResponse:
    batch = _find(reader, batch_id)
    page = {"batch": batch, "progress": progress_of(batch), "is_going": is_going(batch)}
    return render(request, "inference_batch.html", page)


@require_POST
@reader_required
def cancel_batch(request: HttpRequest, reader: Reader, batch_id: UUID) -> HttpResponse:
    batch = _find(reader, batch_id)
    try:
        stopped = cancel_inference_batch(batch, reader=reader)
        messages.success(request, f"Images taken back: {stopped}. What was found stays.")
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("inference_batch", batch_id=batch.id)


def _find(reader: Reader, batch_id: UUID) -> InferenceBatch:
    require(is_allowed=rules.can_manage_models(reader))
    batches = InferenceBatch.objects.select_related("campaign", "model_version", "requested_by")
    return get_object_or_404(batches, id=batch_id)
