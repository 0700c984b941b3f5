"""All campaigns: for the lead how each stands, for experts what each has for them to do."""

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.campaign import assign_studies, create_campaign
from annotations.enums import AssignmentState
from annotations.forms.campaign import AssignmentForm, CampaignForm
from annotations.models import Campaign, PoolSlot, Reader, Study
from annotations.views.account import reader_required, require


@require_http_methods(["GET", "POST"])
@reader_required
def campaigns(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show the campaigns; a lead's two forms post back here, told apart by their button."""
    require(is_allowed=rules.can_work_on_campaigns(reader))
    if not rules.can_manage_campaigns(reader):
        require(is_allowed=request.method != "POST")
        return render(request, "campaigns.html", {"campaigns": _campaigns_with_counts(reader)})
    return _lead_campaigns(request, reader)


def _lead_campaigns(request: HttpRequest, lead: Reader) -> HttpResponse:
    is_assigning = request.POST.get("act") == "assign"
    campaign_form = CampaignForm(None if is_assigning or not request.POST else request.POST)
    assignment_form = AssignmentForm(request.POST if is_assigning else None)
    if campaign_form.is_bound and campaign_form.is_valid():
        campaign = create_campaign(actor=lead, **campaign_form.cleaned_data)
        messages.success(request, f"Campaign {campaign.name} is open. Now give exams to readers.")
        return redirect("campaigns")
    if assignment_form.is_bound and assignment_form.is_valid():
        count = assign_studies(actor=lead, **assignment_form.cleaned_data)
        messages.success(request, f"{count} new assignments. What was assigned before stays as it was.")
        return redirect("campaigns")
    return render(
        request,
        "campaigns.html",
        {
            "campaigns": _campaigns_with_counts(lead),
            "is_lead": True,
            "campaign_form": campaign_form,
            "assignment_form": assignment_form,
            "has_exams": Study.objects.exists(),
        },
        status=400 if campaign_form.errors or assignment_form.errors else 200,
    )


def _campaigns_with_counts(reader: Reader) -> QuerySet[Campaign]:
    """Give each campaign with its readings, those in its pool too; whoever is no lead counts only her own."""
    is_lead = rules.can_manage_campaigns(reader)
    is_counted = Q() if is_lead else Q(assignments__reader=reader)
    is_open = is_counted & Q(assignments__state=AssignmentState.OPEN)
    free = PoolSlot.objects.filter(campaign=OuterRef("pk"), assignment=None, closed_at=None)
    in_pool = (free if is_lead else free.none()).order_by().values("campaign").annotate(count=Count("pk"))
    return (
        rules.campaigns_visible_to(reader)
        .annotate(
            assignment_count=Count("assignments", filter=is_counted),
            open_count=Count("assignments", filter=is_open) + Coalesce(Subquery(in_pool.values("count")), 0),
            sees_results=Exists(rules.campaigns_with_results_for(reader).filter(pk=OuterRef("pk"))),
        )
        .order_by("-created_at")
    )
