"""How well the readers of a campaign agree: figures, plots, the worst cases, files of all of it."""

import csv
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.adjudication import send_to_adjudication
from annotations.domain.agreement_cases import (
    CASE_COLUMNS,
    CaseChoice,
    cases_of,
    comparison_rows,
    drawn_cases,
    worst_cases,
)
from annotations.domain.agreement_picture import MEASURES, AgreementPicture, Choice
from annotations.domain.agreement_report import FIGURE_COLUMNS, figure_rows, is_outdated, readings_since
from annotations.domain.agreement_run import request_agreement
from annotations.domain.campaign_reading import readings
from annotations.domain.plot.bland_altman import bland_altman_plot
from annotations.domain.plot.scatter import scatter_plot
from annotations.domain.reading_pair import current_pairs
from annotations.enums import Label
from annotations.errors import TramlineError
from annotations.ml_gateway.agreement_report import COMPARISON_FIELDS, FIGURE_DEFINITIONS, FIGURE_NAMES
from annotations.models import AgreementReport, Campaign, Mammogram, Reader, ReadingPair
from annotations.views.account import reader_required, require


@require_safe
@reader_required
def campaign_agreement(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    campaign = find_campaign(reader, campaign_id)
    if not rules.can_see_results(reader, campaign):
        return answer_still_reading(request, campaign)
    report = _latest_report(reader, campaign)
    page: dict[str, object] = {
        "campaign": campaign,
        "run": campaign.agreement_runs.first(),
        "report": report,
        "has_readings": report is not None or readings(campaign).exists(),
    }
    if report is not None:
        page |= _report_page(request, reader, report)
    return render(request, "campaign_agreement.html", page)


@require_POST
@reader_required
def compare_readings(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Queue the comparison and go back to the page, which says how far it is."""
    campaign = find_campaign(reader, campaign_id)
    if not rules.can_see_results(reader, campaign):
        return answer_still_reading(request, campaign)
    try:
        request_agreement(campaign=campaign, actor=reader)
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("campaign_agreement", campaign_id=campaign.id)


@require_POST
@reader_required
def send_cases(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Put the chosen images before an expert, and go back."""
    campaign = find_campaign(reader, campaign_id)
    require(is_allowed=rules.can_send_to_adjudication(reader, campaign))
    pairs = rules.reading_pairs_visible_to(reader).filter(campaign=campaign)
    chosen = Mammogram.objects.filter(
        id__in=_uuids(request.POST.getlist("image")), annotations__pairs_as_first__in=pairs
    ).distinct()
    count = send_to_adjudication(campaign=campaign, mammograms=chosen, actor=reader)
    if count:
        messages.success(request, f"{count} image{'s' * (count != 1)} sent to adjudication.")
    else:
        messages.info(request, "These images were sent to adjudication before.")
    return redirect("campaign_agreement", campaign_id=campaign.id)


@require_safe
@reader_required
def agreement_figures(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Give every figure of the latest report as CSV, each with its definition beside it."""
    campaign = find_campaign(reader, campaign_id)
    if not rules.can_see_results(reader, campaign):
        return answer_still_reading(request, campaign)
    report = _latest_report(reader, campaign)
    rows = () if report is None else figure_rows(report)
    return _csv("agreement-figures.csv", FIGURE_COLUMNS, rows)


@require_safe
@reader_required
def agreement_comparisons(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Give every comparison of two readings as CSV: the numbers behind the figures."""
    campaign = find_campaign(reader, campaign_id)
    if not rules.can_see_results(reader, campaign):
        return answer_still_reading(request, campaign)
    found = current_pairs(campaign) & rules.reading_pairs_visible_to(reader)
    return _csv("agreement-comparisons.csv", [*CASE_COLUMNS, *COMPARISON_FIELDS], comparison_rows(found))


def find_campaign(reader: Reader, campaign_id: UUID) -> Campaign:
    """Return a campaign of which this person may see figures, once she has read her own exams of it."""
    require(is_allowed=rules.can_work_on_campaigns(reader))
    campaign = rules.campaigns_visible_to(reader).filter(id=campaign_id).first()
    if campaign is None:
        raise Http404
    return campaign


def answer_still_reading(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return render(request, "campaign_agreement_closed.html", {"campaign": campaign}, status=403)


def _latest_report(reader: Reader, campaign: Campaign) -> AgreementReport | None:
    return rules.agreement_reports_visible_to(reader).filter(campaign=campaign).order_by("-number").first()


def _report_page(request: HttpRequest, reader: Reader, report: AgreementReport) -> dict[str, object]:
    campaign = report.campaign
    picture = AgreementPicture.of(report, _choice(request, campaign, report))
    choice = picture.choice
    found = cases_of(
        campaign,
        rules.reading_pairs_visible_to(reader),
        CaseChoice(label=choice.label, round=choice.round),
    )
    came, left = readings_since(report)
    return {
        "picture": picture,
        "choice": choice,
        "labels": [(value, Label(value).label) for value in campaign.labels],
        "rounds": picture.rounds,
        "measures": [(measure, FIGURE_NAMES[measure]) for measure in MEASURES],
        "measure_name": FIGURE_NAMES[choice.measure],
        "measure_definition": FIGURE_DEFINITIONS[choice.measure],
        "came": came,
        "left": left,
        "is_outdated": is_outdated(report),
        "worst": worst_cases(
            found,
            choice.measure,
            among=ReadingPair.objects.filter(campaign=campaign, label=choice.label),
        ),
        "can_compare": rules.can_compare(reader),
        "can_send": rules.can_send_to_adjudication(reader, campaign),
        **_plots_of_pair(picture, found),
    }


def _plots_of_pair(picture: AgreementPicture, found: QuerySet[ReadingPair]) -> dict[str, object]:
    """Draw the chosen pair in millimetres; in pixels where no image of theirs has a known size of a pixel."""
    ids = picture.pair_ids()
    if ids is None:
        return {}
    of_pair = found.filter(first__reader=ids[0], second__reader=ids[1])
    unit = "mm"
    cases = drawn_cases(of_pair, unit=unit)
    if not cases:
        unit = "px"
        cases = drawn_cases(of_pair, unit=unit)
    limits = {name: picture.level(f"{name}_length", unit) for name in ("bias", "lower_limit", "upper_limit")}
    return {
        "unit": unit,
        "bland_altman": bland_altman_plot(
            cases,
            bias=limits["bias"],
            lower=limits["lower_limit"],
            upper=limits["upper_limit"],
            unit=unit,
        ),
        "scatter": scatter_plot(cases, unit=unit),
    }


def _choice(request: HttpRequest, campaign: Campaign, report: AgreementReport) -> Choice:
    """Read the address; what is not there, or makes no sense, is what most people look at first."""
    asked = request.GET
    rounds = {str(one["round"]): one["round"] for one in report.figures if one.get("round")}
    pair = _uuids(asked.get("pair", "").split(","))
    label, measure = asked.get("label", ""), asked.get("measure", "")
    return Choice(
        label=label if label in campaign.labels else campaign.labels[0],
        round=rounds.get(asked.get("round", ""), 1),
        measure=measure if measure in MEASURES else MEASURES[0],
        pair=(pair[0], pair[1]) if len(pair) == 2 else None,
    )


def _uuids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def _csv(name: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows(rows)
    return response
