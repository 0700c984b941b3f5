"""What experts' reviews changed of first readings, per reader and over time; the same as CSV."""

import csv
from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.re_annotation import (
    Compared,
    Pair,
    changes,
    report,
    request_re_annotation,
    run_under_way,
)
from annotations.models import Campaign, Reader
from annotations.views.account import reader_required, require

# By column, for the page and for whoever reads the CSV.
DEFINITIONS = {
    "images": "Images of accepted readings whose first reading and accepted label are compared.",
    "unchanged": "No whole segment came or went. A segment that was redrawn within 1.05 mm is the same one.",
    "added": "Segments came, none went.",
    "removed": "Segments went, none came.",
    "both": "Segments came and others went.",
    "segments added": "Mean number of segments in the accepted label that the first reading did not have.",
    "segments removed": "Mean number of segments of the first reading that the accepted label does not have.",
    "length added": "Length of all added segments along the centre line, where the size of a pixel is known.",
    "length removed": "Length of all removed segments, likewise.",
}
PAIR_COLUMNS = ("reader", "patient", "submitted_on")


@require_http_methods(["GET", "POST"])
@reader_required
def review_changes(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Show the report; a POST asks a worker to count what is not counted yet."""
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    require(is_allowed=rules.can_adjudicate(reader, campaign))
    if request.method == "POST":
        request_re_annotation(campaign=campaign, actor=reader)
        messages.success(request, "The rest is being counted now. Load this page again in a while.")
        return redirect("review_changes", campaign_id=campaign.id)
    compared = changes(campaign, without_studies=rules.studies_still_read_by(reader))
    if request.GET.get("as") == "csv":
        return _csv(campaign, compared)
    return render(
        request,
        "review_changes.html",
        {
            "campaign": campaign,
            "rows": report(compared),
            "image_count": len(compared),
            "uncounted": sum(change is None for _pair, change in compared),
            "is_under_way": run_under_way(campaign) is not None,
            "definitions": DEFINITIONS,
        },
    )


def _csv(campaign: Campaign, compared: Iterable[Compared]) -> HttpResponse:
    """Write one line for each image, so that whoever doubts a sum can add up by herself."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="review-changes-{campaign.id}.csv"'
    writer = csv.writer(answer)
    counted = [(pair, change) for pair, change in compared if change is not None]
    fields = list(asdict(counted[0][1])) if counted else []
    writer.writerow([*PAIR_COLUMNS, "first_reading", "accepted", *fields])
    for pair, change in counted:
        writer.writerow([*_facts(pair), pair.before, pair.after, *asdict(change).values()])
    return answer


def _facts(pair: Pair) -> list[str]:
    return [getattr(pair, column) for column in PAIR_COLUMNS]
