"""Quality of the readings of a campaign: hidden references, and how readings change. For no reader's eyes."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.drift import ReadExam, read_exams
from annotations.domain.drift_picture import ALONG, QUANTITIES, drift_pictures, unknown_quantities
from annotations.domain.reading_measure import MOST_AT_ONCE, count_unmeasured, measure_missing
from annotations.domain.reference_report import reference_rows
from annotations.models import Reader
from annotations.views.account import reader_required, require


@require_http_methods(["GET", "POST"])
@reader_required
def campaign_quality(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Show the figures along what the address names; a lead may ask for readings that nobody measured."""
    require(is_allowed=rules.can_work_on_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    require(is_allowed=rules.can_see_results(reader, campaign))
    if request.method == "POST":
        require(is_allowed=rules.can_manage_campaigns(reader))
        count = measure_missing(campaign)
        messages.success(request, f"{count} readings are being measured. Look again in a minute.")
        return redirect("campaign_quality", campaign_id=campaign.id)
    blind_to = rules.studies_still_read_by(reader)
    exams = read_exams(campaign, without_studies=blind_to)
    chosen = next((along for along in ALONG if along.key == request.GET.get("along")), ALONG[0])
    drifts = drift_pictures(exams, chosen, address_of=_address_for(reader))
    return render(
        request,
        "campaign_quality.html",
        {
            "campaign": campaign,
            "references": reference_rows(campaign, without_studies=blind_to),
            "has_references": campaign.reference_exams.exists(),
            "drifts": drifts,
            "unknown": unknown_quantities(drifts),
            "is_trend_missing": any(not each.trend_words for drift in drifts for each in drift.multiples),
            "axes": ALONG,
            "along": chosen,
            "quantities": QUANTITIES,
            "unmeasured": count_unmeasured(campaign),
            "most_measured": MOST_AT_ONCE,
            "is_lead": rules.can_manage_campaigns(reader),
        },
    )


def _address_for(reader: Reader) -> Callable[[ReadExam], str]:
    """Say where an exam is looked at: only those who may see labels are led there."""
    if not rules.is_expert(reader):
        return lambda _exam: ""
    return lambda exam: reverse("viewer", args=[exam.annotation]) if exam.annotation else ""
