"""How a campaign watches over its readings: checks before submission, and exams whose answer is known."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.planting_run import plantings_to_tell, request_planting
from annotations.domain.reading_check import held_checks, hold_checks
from annotations.domain.reference_exam import take_expert_reference
from annotations.domain.reference_placing import place_references
from annotations.enums import AssignmentState
from annotations.errors import TramlineError
from annotations.forms.reading_check import ChecksForm
from annotations.forms.reference_exam import ExpertReferenceForm, PlantForm
from annotations.models import Campaign, Patient, PlantedCopy, Reader, ReferenceExam
from annotations.views.account import reader_required, require

CODES_OFFERED = 200
ASKED_FOR = "A copy is being made. It comes into the list of reference exams when it is done."


@require_http_methods(["GET", "POST"])
@reader_required
def campaign_checks(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Show checks and references; each form posts back here and says by its button what it is."""
    require(is_allowed=rules.can_manage_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    act = request.POST.get("act", "")
    # Who reads in it herself must not know its references, not even as its lead.
    sees_references = rules.can_see_results(reader, campaign)
    require(is_allowed=sees_references or act in ("", "hold"))
    forms: dict[str, Form] = {
        "hold": ChecksForm(held_checks(campaign), request.POST if act == "hold" else None),
        "plant": PlantForm(request.POST if act == "plant" else None),
        "expert": ExpertReferenceForm(request.POST if act == "expert" else None),
    }
    if request.method == "POST":
        done = _act(request, act, campaign, reader, forms)
        if done:
            messages.success(request, done)
            return redirect("campaign_checks", campaign_id=campaign.id)
    return render(
        request,
        "campaign_checks.html",
        {
            "campaign": campaign,
            "checks_form": forms["hold"],
            "plant_form": forms["plant"],
            "expert_form": forms["expert"],
            "sees_references": sees_references,
            "references": _references_of(campaign) if sees_references else [],
            "plantings": plantings_to_tell(campaign) if sees_references else [],
            "has_readers": campaign.readers.filter(left_at__isnull=True).exists(),
            "reads_from_pool": campaign.pool_slots.exists(),
            "codes": _codes(),
        },
        status=400 if request.method == "POST" else 200,
    )


def _act(request: HttpRequest, act: str, campaign: Campaign, lead: Reader, forms: dict[str, Form]) -> str:
    """Do what one of the forms asks for; return what to say of it, "" where its form says what is wrong."""
    require(is_allowed=act in (*forms, "place"))
    if act == "place":
        return _place(request, campaign, lead)
    form = forms[act]
    if not form.is_valid():
        return ""
    try:
        return _save(form, campaign, lead)
    except TramlineError as error:
        form.add_error(None, error.message)
        return ""


def _save(form: Form, campaign: Campaign, lead: Reader) -> str:
    if isinstance(form, ChecksForm):
        changed = hold_checks(campaign=campaign, checks=form.checks, actor=lead)
        return "The checks hold from now on." if changed else "Nothing was different."
    tries = form.cleaned_data["maximum_tries"]
    if isinstance(form, PlantForm):
        _run, is_new = request_planting(
            campaign=campaign,
            source=form.cleaned_data["study"],
            lengths_mm=form.cleaned_data["lengths_mm"],
            maximum_tries=tries,
            actor=lead,
        )
        return ASKED_FOR if is_new else "A copy of this exam is being made already. Wait until it is done."
    exam = take_expert_reference(
        campaign=campaign, study=form.cleaned_data["study"], maximum_tries=tries, actor=lead
    )
    return f"{exam.study.patient.code} is a reference now. Give it to readers."


def _place(request: HttpRequest, campaign: Campaign, lead: Reader) -> str:
    try:
        placing = place_references(campaign=campaign, actor=lead)
    except TramlineError as error:
        messages.error(request, error.message)
        return "Nothing was given out."
    for wait in placing.waits:
        messages.warning(request, wait)
    return f"{placing.given} readings of reference exams were given out."


def _references_of(campaign: Campaign) -> QuerySet[ReferenceExam]:
    given = Q(study__assignments__campaign=campaign)
    read = given & Q(study__assignments__state=AssignmentState.SUBMITTED)
    return (
        campaign.reference_exams.select_related("study__patient")
        .annotate(
            image_count=Count("labels", distinct=True),
            given_count=Count("study__assignments", filter=given, distinct=True),
            read_count=Count("study__assignments", filter=read, distinct=True),
        )
        .order_by("created_at")
    )


def _codes() -> list[str]:
    """Offer the codes of the patients who came last; any other can be typed."""
    planted = PlantedCopy.objects.filter(mammogram__study__patient=OuterRef("pk"))
    own = Patient.objects.filter(~Exists(planted)).order_by("-created_at")
    return list(own.values_list("code", flat=True)[:CODES_OFFERED])
