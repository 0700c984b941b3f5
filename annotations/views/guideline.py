"""The guideline of a campaign: read and confirmed by its readers, written in versions by its lead."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.guideline import confirm_guideline, difference, is_confirmed, latest, write_guideline
from annotations.errors import TramlineError
from annotations.forms.guideline import ConfirmForm, GuidelineForm
from annotations.models import Campaign, Guideline, Reader
from annotations.views.account import reader_required, require


@require_http_methods(["GET", "POST"])
@reader_required
def guideline(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Show one version, the latest where none is asked for; both forms post back here."""
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    if request.method == "POST" and request.POST.get("act") == "confirm":
        return _confirm(request, reader, campaign)
    form = None
    if rules.can_manage_campaigns(reader):
        newest = latest(campaign)
        form = GuidelineForm(
            request.POST or None,
            initial={"text": newest.text if newest else "", "seen": newest.number if newest else 0},
        )
    if request.method == "POST":
        require(is_allowed=form is not None)
        if form is not None and _write(form, campaign, reader):
            messages.success(request, "The new version is in force for every exam that is begun from now on.")
            return redirect("campaign_guideline", campaign_id=campaign.id)
    status = 400 if form is not None and form.errors else 200
    context = _page(request, reader, campaign)
    return render(request, "guideline.html", {**context, "form": form}, status=status)


def _confirm(request: HttpRequest, reader: Reader, campaign: Campaign) -> HttpResponse:
    require(is_allowed=rules.reads_in(reader, campaign))
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["number"][0]))
        return render(request, "guideline.html", _page(request, reader, campaign), status=400)
    found = get_object_or_404(campaign.guidelines, number=form.cleaned_data["number"])
    try:
        confirm_guideline(guideline=found, reader=reader)
    except TramlineError as error:
        messages.error(request, error.message)
        return redirect("campaign_guideline", campaign_id=campaign.id)
    messages.success(request, f"You read {campaign.name} under version {found.number} of its guideline.")
    return redirect("worklist")


def _write(form: GuidelineForm, campaign: Campaign, lead: Reader) -> bool:
    if not form.is_valid():
        return False
    try:
        write_guideline(campaign=campaign, actor=lead, **form.cleaned_data)
    except TramlineError as error:
        form.add_error("text", error.message)
        return False
    return True


def _page(request: HttpRequest, reader: Reader, campaign: Campaign) -> dict[str, object]:
    versions = list(campaign.guidelines.select_related("author__user").order_by("-number"))
    shown = _version(versions, request.GET.get("version", ""))
    before = _version(versions, request.GET.get("since", "")) if "since" in request.GET else None
    is_reader = rules.reads_in(reader, campaign)
    return {
        "campaign": campaign,
        "versions": versions,
        "shown": shown,
        "before": before,
        "changes": difference(before.text, shown.text) if before and shown else None,
        "is_latest": bool(versions) and shown == versions[0],
        "is_lead": rules.can_manage_campaigns(reader),
        "is_reader": is_reader,
        "is_confirmed": is_reader and shown is not None and is_confirmed(shown, reader),
    }


def _version(versions: list[Guideline], number: str) -> Guideline | None:
    """Return the version of this number, else the latest."""
    return next((each for each in versions if str(each.number) == number), versions[0] if versions else None)
