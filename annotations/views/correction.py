"""Label correction of one annotation: start it, watch it, decide on what it proposes."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.correction_run import request_correction
from annotations.enums import Label
from annotations.errors import TramlineError
from annotations.models import Campaign, Reader
from annotations.views.account import reader_required


@require_POST
@reader_required
def start_correction(request: HttpRequest, reader: Reader, annotation_id: UUID) -> HttpResponse:
    """Queue a correction and go to its page; where that cannot be, say why on the page one came from."""
    annotation = rules.annotations_visible_to(reader).filter(id=annotation_id).first()
    if annotation is None:
        raise Http404
    try:
        run, _is_new = request_correction(annotation=annotation, reader=reader, label=Label.BAC)
    except TramlineError as error:
        messages.error(request, error.message)
        return redirect("images" if rules.is_expert(reader) else "worklist")
    return redirect("correction", run_id=run.id)


@ensure_csrf_cookie
@require_safe
@reader_required
def correction(request: HttpRequest, reader: Reader, run_id: UUID) -> HttpResponse:
    run = (
        rules.correction_runs_visible_to(reader)
        .select_related("annotation__mammogram__study__patient", "annotation__reader")
        .filter(id=run_id)
        .first()
    )
    if run is None:
        raise Http404
    return render(
        request,
        "correction.html",
        {
            "run": run,
            "annotation": run.annotation,
            "mammogram": run.annotation.mammogram,
            "can_decide": rules.can_decide_corrections(reader),
            "back": "images" if rules.is_expert(reader) else "worklist",
            "campaign": _campaign_under_review(request, reader),
            "piece": request.GET.get("piece", ""),
        },
    )


def _campaign_under_review(request: HttpRequest, reader: Reader) -> Campaign | None:
    """Return the campaign whose batch this page is a step of, where the person reviews it."""
    try:
        campaign_id = UUID(request.GET.get("campaign", ""))
    except ValueError:
        return None
    campaign = rules.campaigns_visible_to(reader).filter(id=campaign_id).first()
    return campaign if campaign and rules.can_adjudicate(reader, campaign) else None
