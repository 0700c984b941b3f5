"""The settings of one campaign: how it is read, what it asks, and its end."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.campaign_settings import (
    Settings,
    change_settings,
    close_campaign,
    has_begun,
    reopen_campaign,
    settings_of,
)
from annotations.domain.question import add_question, asked, end_question
from annotations.errors import TramlineError
from annotations.forms.campaign import CampaignSettingsForm
from annotations.forms.question import EndQuestionForm, QuestionForm
from annotations.models import Campaign, Reader
from annotations.views.account import reader_required, require


@require_http_methods(["GET", "POST"])
@reader_required
def campaign_settings(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Show the settings; each form posts back here and says by its button what it is."""
    require(is_allowed=rules.can_manage_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    act = request.POST.get("act", "")
    forms: dict[str, Form] = {
        "save": CampaignSettingsForm(request.POST if act == "save" else _as_asked(campaign)),
        "ask": QuestionForm(request.POST if act == "ask" else None),
    }
    if request.method == "POST":
        done = _act(request, reader, campaign, forms)
        if done:
            messages.success(request, done)
            return redirect("campaign_settings", campaign_id=campaign.id)
    return render(
        request,
        "campaign_settings.html",
        {
            "campaign": campaign,
            "form": forms["save"],
            "question_form": forms["ask"],
            "questions": asked(campaign),
            "ended": campaign.questions.filter(end__isnull=False),
            "has_begun": has_begun(campaign),
            "has_exams": campaign.assignments.exists(),
        },
        status=400 if request.method == "POST" else 200,
    )


def _act(request: HttpRequest, lead: Reader, campaign: Campaign, forms: dict[str, Form]) -> str:
    """Do what one of the forms asks for; return what to say of it, "" where its form says what is wrong."""
    act = request.POST.get("act", "")
    if act in forms:
        return _save(forms[act], campaign, lead) if act == "save" else _ask(forms[act], campaign, lead)
    if act == "end_question":
        form = EndQuestionForm(request.POST)
        if not form.is_valid():
            messages.error(request, f"The name of the question: {form.errors['slug'][0]}")
            return ""
        question = get_object_or_404(campaign.questions, slug=form.cleaned_data["slug"])
        end_question(question=question, actor=lead)
        return f"“{question.text}” is asked no more. What was answered stays."
    require(is_allowed=act in ("close", "reopen"))
    if act == "close":
        close_campaign(campaign=campaign, actor=lead)
        return f"{campaign.name} is closed: nothing of it is given out any more."
    reopen_campaign(campaign=campaign, actor=lead)
    return f"{campaign.name} goes on."


def _as_asked(campaign: Campaign) -> dict[str, object]:
    values: dict[str, object] = dict(vars(settings_of(campaign)))
    share = campaign.coverage_share_required
    return {**values, "coverage_percent_required": round(share * 100) if share else ""}


def _save(form: Form, campaign: Campaign, lead: Reader) -> str:
    if not form.is_valid():
        return ""
    try:
        changed = change_settings(campaign=campaign, settings=Settings(**form.cleaned_data), actor=lead)
    except TramlineError as error:
        return _refuse(form, error)
    return "The settings are changed." if changed else "Nothing was different; the settings stay as they are."


def _ask(form: Form, campaign: Campaign, lead: Reader) -> str:
    if not form.is_valid():
        return ""
    try:
        question = add_question(campaign=campaign, actor=lead, **form.cleaned_data)
    except TramlineError as error:
        return _refuse(form, error)
    return f"“{question.text}” is asked from now on."


def _refuse(form: Form, error: TramlineError) -> str:
    form.add_error(None, error.message)
    return ""
