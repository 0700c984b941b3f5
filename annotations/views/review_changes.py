"""What experts' reviews changed of first readings, per reader and over time; the same as CSV."""

import csv
from collections.abc import Mapping, Sequence
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
from annotations.enums import Label
from annotations.models import Campaign, Reader
from annotations.views.account import reader_required, require

# By label and column, for the page and for whoever reads the CSV.
DEFINITIONS = {
    Label.BAC: {
        "images": "Images of accepted readings whose first reading and accepted label are compared.",
        "unchanged": "No whole segment came or went. A segment redrawn within 1.05 mm is the same one.",
        "added": "Segments came, none went.",
        "removed": "Segments went, none came.",
        "both": "Segments came and others went.",
        "segments added": "Mean number of segments in the accepted label that the first reading has not.",
        "segments removed": "Mean number of segments of the first reading that the accepted label has not.",
        "length added": "Length of added segments along the centre line, where the size of a pixel is known.",
        "length removed": "Length of removed segments, likewise.",
    },
    Label.MICROCALCIFICATION: {
        "images": "Images of accepted readings whose first reading and accepted label are compared.",
        "unchanged": "No spot came or went. A spot that shares a pixel with what was there is the same.",
        "added": "Spots came, none went.",
        "removed": "Spots went, none came.",
        "both": "Spots came and others went.",
        "spots added": "Mean number of spots in the accepted label that the first reading did not have.",
        "spots removed": "Mean number of spots of the first reading that the accepted label has not.",
    },
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
    blind_to = rules.studies_still_read_by(reader)
    compared = {Label(label): changes(campaign, label, without_studies=blind_to) for label in campaign.labels}
    if request.GET.get("as") == "csv":
        return _csv(campaign, compared)
    return render(
        request,
        "review_changes.html",
        {
            "campaign": campaign,
            "reports": [
                {
                    "label": label,
                    "rows": report(pairs),
                    "definitions": DEFINITIONS[label],
                    "has_lengths": label == Label.BAC,
                }
                for label, pairs in compared.items()
            ],
            "image_count": len(_images(compared)),
            "uncounted": len(_images(compared, uncounted=True)),
            "is_under_way": run_under_way(campaign) is not None,
        },
    )


def _images(compared: Mapping[Label, Sequence[Compared]], *, uncounted: bool = False) -> set[UUID]:
    """Give the images, or those of which a label is not counted yet."""
    return {
        pair.before
        for pairs in compared.values()
        for pair, change in pairs
        if change is None or not uncounted
    }


def _csv(campaign: Campaign, compared: Mapping[Label, Sequence[Compared]]) -> HttpResponse:
    """Write one line for each image and label, so that whoever doubts a sum can add up by herself."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="review-changes-{campaign.id}.csv"'
    writer = csv.writer(answer)
    counted = [
        (label, pair, change)
        for label, pairs in compared.items()
        for pair, change in pairs
        if change is not None
    ]
    fields = list(asdict(counted[0][2])) if counted else []
    writer.writerow([*PAIR_COLUMNS, "first_reading", "accepted", "label", *fields])
    for label, pair, change in counted:
        writer.writerow([*_facts(pair), pair.before, pair.after, label.value, *asdict(change).values()])
    return answer


def _facts(pair: Pair) -> list[str]:
    return [getattr(pair, column) for column in PAIR_COLUMNS]
