"""Who reads what in a campaign: asked for in numbers, looked at first, given out; readers come and go."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.campaign_reader import Rebalanced, add_readers, remove_reader
from annotations.domain.exam_end import withdraw_exam
from annotations.domain.exam_lease import stuck_slots
from annotations.domain.exam_reinstatement import take_back_withdrawal
from annotations.domain.give_out import give_out
from annotations.domain.left_out import left_out
from annotations.domain.plan_picture import PlanPicture, plan_picture, pool_picture, present_state
from annotations.domain.planned_reading import standing_withdrawals
from annotations.domain.reading_plan import available_studies, draft_plan, draw_seed, readers_of
from annotations.errors import TramlineError
from annotations.forms.reading_plan import (
    AddReaderForm,
    PlanForm,
    RemoveReaderForm,
    TakeBackForm,
    WithdrawExamForm,
    asked_fields,
    plan_initial,
)
from annotations.models import Campaign, Reader
from annotations.views.account import reader_required, require

LISTED = 10

SentForm = TypeVar("SentForm", PlanForm, RemoveReaderForm, AddReaderForm, WithdrawExamForm, TakeBackForm)


@require_http_methods(["GET", "POST"])
@reader_required
def campaign_plan(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Show the plan of a campaign; several forms post back here, told apart by their button."""
    require(is_allowed=rules.can_manage_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    page = PlanPage(request, campaign, reader)
    acts: dict[str, Callable[[], HttpResponse | None]] = {
        "preview": page.preview,
        "give_out": page.give_out,
        "remove_reader": page.remove_reader,
        "add_reader": page.add_reader,
        "withdraw_exam": page.withdraw_exam,
        "take_back": page.take_back,
    }
    act = acts.get(request.POST.get("act", ""))
    if act is not None:
        try:
            answer = act()
        except TramlineError as error:
            page.trouble, answer = error.message, None
        if answer is not None:
            return answer
    return page.render()


class PlanPage:
    """The forms of one request, and what became of the one that was sent."""

    def __init__(self, request: HttpRequest, campaign: Campaign, lead: Reader) -> None:
        self.request, self.campaign, self.lead = request, campaign, lead
        self.trouble = ""
        self.picture: PlanPicture | None = None
        self.offered: PlanForm | None = None
        self.forms: dict[str, forms.Form] = {
            "plan_form": PlanForm(initial=plan_initial(campaign, seed=draw_seed()), campaign=campaign),
            "remove_form": RemoveReaderForm(campaign=campaign),
            "add_form": AddReaderForm(campaign=campaign),
            "withdraw_form": WithdrawExamForm(campaign=campaign),
            "take_back_form": TakeBackForm(campaign=campaign),
        }

    def preview(self) -> None:
        form = self._sent("plan_form", PlanForm)
        if not form.is_valid():
            return
        asked, studies = form.cleaned_data["request"], form.studies
        readers = list(form.cleaned_data["readers"])
        if asked.is_pool:
            stays_out = left_out(self.campaign, studies, [reader.id for reader in readers])
            self.picture = pool_picture(asked, studies, stays_out)
            return
        draft = draft_plan(
            campaign=self.campaign,
            request=asked,
            studies=studies,
            readers=[reader.id for reader in readers],
            seed=form.cleaned_data["seed"],
        )
        self.picture = plan_picture(self.campaign, draft, readers)
        if draft.offer is not None:
            self._offer({**self.request.POST.dict(), **asked_fields(draft.offer)}, readers)

    def _offer(self, fields: dict[str, object], readers: list[Reader]) -> None:
        """Keep what has to be sent to get the nearest plan."""
        self.offered = PlanForm(
            {**fields, "readers": [reader.id for reader in readers]}, campaign=self.campaign
        )

    def give_out(self) -> HttpResponse | None:
        form = self._sent("plan_form", PlanForm)
        if not form.is_valid():
            return None
        given = give_out(
            campaign=self.campaign,
            request=form.cleaned_data["request"],
            studies=form.studies,
            readers=list(form.cleaned_data["readers"]),
            seed=form.cleaned_data["seed"],
            actor=self.lead,
        )
        repeats = f" and {given.repeats} repeats" if given.repeats else ""
        return self._done(f"{given.readings} readings{repeats} are given out.")

    def remove_reader(self) -> HttpResponse | None:
        form = self._sent("remove_form", RemoveReaderForm)
        if not form.is_valid():
            return None
        left = form.cleaned_data["reader"]
        result = remove_reader(
            campaign=self.campaign, reader=left, reason=form.cleaned_data["reason"], actor=self.lead
        )
        return self._done(f"{left.pseudonym} reads here no more. {_moved_words(result)}")

    def add_reader(self) -> HttpResponse | None:
        form = self._sent("add_form", AddReaderForm)
        if not form.is_valid():
            return None
        joined = form.cleaned_data["reader"]
        result = add_readers(campaign=self.campaign, readers=[joined], actor=self.lead)
        return self._done(f"{joined.pseudonym} reads here now. {_moved_words(result)}")

    def withdraw_exam(self) -> HttpResponse | None:
        form = self._sent("withdraw_form", WithdrawExamForm)
        if not form.is_valid():
            return None
        study, reason = form.cleaned_data["study"], form.cleaned_data["reason"]
        count = withdraw_exam(campaign=self.campaign, study=study, reason=reason, actor=self.lead)
        return self._done(
            f"{study.patient.code} is out of the campaign; {count} readings of it ended. What was drawn is "
            "kept."
        )

    def take_back(self) -> HttpResponse | None:
        form = self._sent("take_back_form", TakeBackForm)
        if not form.is_valid():
            return None
        withdrawal, reason = form.cleaned_data["withdrawal"], form.cleaned_data["reason"]
        count = take_back_withdrawal(withdrawal=withdrawal, reason=reason, actor=self.lead)
        code = withdrawal.study.patient.code
        return self._done(f"{code} is in the campaign again; {count} readings of it stand as before.")

    def render(self) -> HttpResponse:
        stuck = stuck_slots(self.campaign)
        has_errors = bool(self.trouble) or any(form.errors for form in self.forms.values())
        return render(
            self.request,
            "campaign_plan.html",
            {
                "campaign": self.campaign,
                **self.forms,
                "picture": self.picture,
                "offered": self.offered,
                "trouble": self.trouble,
                "state": present_state(self.campaign),
                "has_withdrawn": standing_withdrawals(self.campaign).exists(),
                "members": readers_of(self.campaign),
                "new_exam_count": available_studies(self.campaign).count(),
                "stuck": stuck[:LISTED],
                "plans": self.campaign.plans.select_related("author__user").order_by("-created_at")[:LISTED],
            },
            status=400 if has_errors else 200,
        )

    def _sent(self, name: str, kind: type[SentForm]) -> SentForm:
        form = kind(self.request.POST, campaign=self.campaign)
        self.forms[name] = form
        return form

    def _done(self, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return redirect("campaign_plan", campaign_id=self.campaign.id)


def _moved_words(result: Rebalanced) -> str:
    begun = f" {result.begun} begun exams ended with their strokes kept." if result.begun else ""
    came_back = f" {_came_back_words(result.returned)}" if result.returned else ""
    return f"{result.moved} readings went to others.{begun}{came_back} {result.problem}".strip()


def _came_back_words(codes: Sequence[str]) -> str:
    what = (
        "1 exam that had come back to her is closed for her and waits"
        if len(codes) == 1
        else f"{len(codes)} exams that had come back to her are closed for her and wait"
    )
    return f"{what} for a review: {', '.join(codes)}."
