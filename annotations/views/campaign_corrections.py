"""Label correction over a campaign: start it, review its least sure pieces first, see who agreed with it."""

import csv
import io
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from annotations import rules
from annotations.domain.campaign_reading import readers_of
from annotations.domain.correction_batch import cancel_batch, progress_of, request_batch
from annotations.domain.correction_review import (
    RULE_WORDS,
    acceptance_by_reader,
    acceptance_by_rule,
    count_cases,
    decided_pieces,
    next_case,
    review_cases,
)
from annotations.errors import TramlineError
from annotations.forms.correction_batch import CorrectionBatchForm
from annotations.models import Campaign, CorrectionBatch, Reader
from annotations.views.account import reader_required, require

CASES_SHOWN = 50


@require_http_methods(["GET", "POST"])
@reader_required
def campaign_corrections(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Show the expert's latest batch; the forms to start and to cancel post back here."""
    campaign = _campaign_of(reader, campaign_id)
    form = CorrectionBatchForm(request.POST or None, campaign=campaign)
    if request.method == "POST" and (request.POST.get("act") != "start" or form.is_valid()):
        return _act(request, reader, campaign, form)
    for problem in form.errors.get("reader", []):
        messages.error(request, str(problem))
    batch = _latest(campaign, reader)
    cases = review_cases(batch) if batch else []
    return render(
        request,
        "campaign_corrections.html",
        {
            "campaign": campaign,
            "batch": batch,
            "progress": progress_of(batch) if batch else None,
            "cases": sorted(cases, key=lambda case: not case.is_open)[:CASES_SHOWN],
            "case_count": len(cases),
            "counts": count_cases(cases),
            "by_rule": acceptance_by_rule(campaign, reader),
            "by_reader": acceptance_by_reader(campaign, reader),
            "readers": readers_of(campaign),
        },
        status=400 if request.method == "POST" else 200,
    )


@require_safe
@reader_required
def next_correction(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Go to the next piece that waits for this expert, on the page of its correction."""
    campaign = _campaign_of(reader, campaign_id)
    batch = _latest(campaign, reader)
    case = next_case(batch, _uuid_or_none(request.GET.get("after"))) if batch else None
    if case is None:
        messages.success(request, "No piece is left to decide.")
        return redirect("campaign_corrections", campaign_id=campaign.id)
    address = reverse("correction", args=[case.component.run_id])
    return redirect(f"{address}?campaign={campaign.id}&piece={case.component.id}")


@require_safe
@reader_required
def corrections_table(_request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Give every decided piece as a line of a CSV file."""
    campaign = _campaign_of(reader, campaign_id)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["patient", "view", "reader", "rule", "proposed", "length_mm", "removed"])
    for component, is_removed in decided_pieces(campaign, reader):
        mammogram = component.run.annotation.mammogram
        table.writerow(
            [
                mammogram.study.patient.code,
                mammogram.view,
                component.run.annotation.reader.pseudonym,
                RULE_WORDS.get(component.reason, component.reason),
                component.decision,
                component.measures.get("length_mm"),
                is_removed,
            ]
        )
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="corrections.csv"'
    return response


def _campaign_of(reader: Reader, campaign_id: UUID) -> Campaign:
    require(is_allowed=rules.can_work_on_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    require(is_allowed=rules.can_adjudicate(reader, campaign))
    return campaign


def _latest(campaign: Campaign, expert: Reader) -> CorrectionBatch | None:
    return campaign.correction_batches.filter(requested_by=expert).select_related("reader").first()


def _act(request: HttpRequest, expert: Reader, campaign: Campaign, form: CorrectionBatchForm) -> HttpResponse:
    act = request.POST.get("act")
    require(is_allowed=act in ("start", "cancel"))
    try:
        if act == "start":
            request_batch(campaign=campaign, expert=expert, reader=form.cleaned_data["reader"])
            messages.success(request, "The readings are being corrected. You can leave this page.")
        else:
            batch = get_object_or_404(campaign.correction_batches.filter(requested_by=expert)[:1])
            stopped = cancel_batch(batch, expert=expert)
            messages.success(request, f"{stopped} corrections were stopped. What was done stays.")
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("campaign_corrections", campaign_id=campaign.id)


def _uuid_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
