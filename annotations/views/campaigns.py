"""Campaigns: make one, and give exams to readers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.campaign import assign_studies, create_campaign
from annotations.forms.campaign import AssignmentForm, CampaignForm
from annotations.models import Assignment, Campaign, Reader, Study


@login_required
@require_http_methods(["GET", "POST"])
def campaigns(request: HttpRequest) -> HttpResponse:
    """Show campaigns with what is left to read; two forms post back here, told apart by their button."""
    lead = _lead_of(request)
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
            "lead": lead,
            "campaigns": _campaigns_with_counts(),
            "campaign_form": campaign_form,
            "assignment_form": assignment_form,
            "has_exams": Study.objects.exists(),
        },
        status=400 if campaign_form.errors or assignment_form.errors else 200,
    )


def _lead_of(request: HttpRequest) -> Reader:
    reader = getattr(request.user, "reader", None)
    if reader is None or not rules.can_manage_campaigns(reader):
        raise PermissionDenied("Campaigns are kept by administrators.")
    return reader


def _campaigns_with_counts() -> QuerySet[Campaign]:
    open_ones = Q(assignments__in=rules.unfinished(Assignment.objects.all()))
    return Campaign.objects.annotate(
        assignment_count=Count("assignments"), open_count=Count("assignments", filter=open_ones)
    ).order_by("-created_at")
