"""The reference standard of a campaign: its versions, what waits, and who signed what."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.disagreement import adjudication_progress
from annotations.domain.image_comparison import count_images_to_compare
from annotations.domain.re_annotation import corrected_image_count
from annotations.domain.reference_standard import build_reference, is_behind
from annotations.domain.sign_off import Signer, current_digests, sign_off
from annotations.enums import SignOffMeaning
from annotations.errors import TramlineError
from annotations.forms.sign_off import SignOffForm
from annotations.models import Campaign, Reader, SignOff
from annotations.views.account import reader_required
from annotations.views.adjudication import answer_still_reading, campaign_to_adjudicate


@dataclass(frozen=True)
class ShownSignature:
    signature: SignOff
    is_current: bool


@require_safe
@reader_required
def campaign_reference(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    campaign = campaign_to_adjudicate(reader, campaign_id)
    if not rules.can_adjudicate(reader, campaign):
        return answer_still_reading(request, campaign)
    return _answer_page(request, reader, campaign, SignOffForm())


@require_POST
@reader_required
def build(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Build the next version; what stands against it is told on the page."""
    campaign = campaign_to_adjudicate(reader, campaign_id)
    if not rules.can_adjudicate(reader, campaign):
        return answer_still_reading(request, campaign)
    try:
        reference, is_new = build_reference(campaign=campaign, reader=reader)
        told = "is built" if is_new else "is there already: nothing was decided or read since"
        messages.success(request, f"Version {reference.number} {told}.")
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("campaign_reference", campaign_id=campaign.id)


@sensitive_post_parameters("password")
@require_POST
@reader_required
def sign(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Sign a reference standard, or all results where none is named."""
    campaign = campaign_to_adjudicate(reader, campaign_id)
    if not rules.can_adjudicate(reader, campaign):
        return answer_still_reading(request, campaign)
    form = SignOffForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, reader, campaign, form, status=400)
    wanted = form.cleaned_data["reference"]
    reference = campaign.reference_standards.filter(id=wanted).first() if wanted else None
    if wanted and reference is None:
        messages.error(request, "This version does not belong to the campaign. Nothing was signed.")
        return redirect("campaign_reference", campaign_id=campaign.id)
    signer = Signer(
        reader=reader,
        password=form.cleaned_data["password"],
        address=request.META.get("REMOTE_ADDR", ""),
    )
    try:
        sign_off(
            campaign=campaign,
            reference=reference,
            signer=signer,
            meaning=SignOffMeaning(form.cleaned_data["meaning"]),
        )
    except TramlineError as error:
        form.add_error("password", error.message)
        return _answer_page(request, reader, campaign, form, status=400)
    messages.success(request, "Signed. Your name, the time and the digest of what you signed are kept.")
    return redirect("campaign_reference", campaign_id=campaign.id)


def _answer_page(
    request: HttpRequest, reader: Reader, campaign: Campaign, form: SignOffForm, *, status: int = 200
) -> HttpResponse:
    progress = adjudication_progress(campaign, reader)
    references = list(
        campaign.reference_standards.annotate(image_count=Count("images"))
        .select_related("built_by")
        .order_by("-number")
    )
    signatures = list(campaign.sign_offs.select_related("reader", "reference").order_by("-created_at"))
    current = current_digests(campaign, signatures)
    context = {
        "campaign": campaign,
        "references": references,
        "newest": references[0] if references else None,
        "is_behind": bool(references) and is_behind(references[0]),
        "waiting": progress.total - progress.decided,
        "progress": progress,
        "corrected": corrected_image_count(campaign),
        "images_due": count_images_to_compare(campaign),
        "run": campaign.consensus_runs.first(),
        "signatures": [ShownSignature(each, each.sha256 in current) for each in signatures],
        "form": form,
    }
    return render(request, "reference_standard.html", context, status=status)
