"""What a lead fills in to plan readings, to end an exam, and when readers come and go."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils import timezone

from annotations.domain.exam_end import LONGEST_REASON
from annotations.domain.plan_request import LONGEST_WASH_OUT_DAYS, PlanRequest
from annotations.domain.planned_reading import latest_request, standing_withdrawals
from annotations.domain.reading_plan import draw_studies, exams_of, readers_of
from annotations.enums import Role
from annotations.errors import PlanRefusedError
from annotations.forms.campaign import ReaderChoices
from annotations.ml_gateway.consensus import MOST_READINGS
from annotations.ml_gateway.overlap_plan import LARGEST_SEED
from annotations.models import Campaign, ExamWithdrawal, Reader, Study

PRIORITIES = [(0, "Normal"), (1, "High"), (2, "Urgent")]
BY_NAME, POOL = "by_name", "pool"


class ReaderChoice(forms.ModelChoiceField):
    def label_from_instance(self, reader: Reader) -> str:
        return f"{reader.user.get_username()} ({reader.pseudonym})"


class WithdrawalChoice(forms.ModelChoiceField):
    def label_from_instance(self, withdrawal: ExamWithdrawal) -> str:
        number = withdrawal.study.study_instance_uid[-6:]
        return f"{withdrawal.study.patient.code}, exam {number}: {withdrawal.reason}"


class PercentField(forms.FloatField):
    """A share as people say it; empty is none."""

    def __init__(self, **options: Any) -> None:
        widget = forms.NumberInput(attrs={"step": "any"})
        super().__init__(min_value=0, max_value=100, required=False, widget=widget, **options)

    def clean(self, value: object) -> float:
        # Rounded, or 7 % would be a share of 0.07 and something in the seventeenth digit.
        return round((super().clean(value) or 0.0) / 100, 12)


class PlanForm(forms.Form):
    share_2 = PercentField(label="Percent of exams read by two", initial=20)
    share_3 = PercentField(label="Percent of exams read by three", initial=5)
    share_more = PercentField(label="Percent of exams read by more")
    more = forms.IntegerField(
        min_value=4, max_value=MOST_READINGS, required=False, label="By how many readers these are read"
    )
    pairs_meet = forms.IntegerField(
        min_value=0, required=False, initial=0, label="Exams that every two readers share, at least"
    )
    repeat_share = PercentField(label="Percent of her exams that each reader reads again")
    wash_out_days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_WASH_OUT_DAYS,
        required=False,
        initial=28,
        label="Days between the two readings, at least",
    )
    batch_size = forms.IntegerField(min_value=0, required=False, initial=50, label="Exams in a batch")
    priority = forms.TypedChoiceField(choices=PRIORITIES, coerce=int, initial=0)
    due_on = forms.DateField(
        required=False, label="Due on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hand_out = forms.ChoiceField(
        choices=[
            (BY_NAME, "To readers by name"),
            (POOL, "Into a pool: whoever asks next gets the next exam"),
        ],
        initial=BY_NAME,
        widget=forms.RadioSelect,
        label="How exams are given out",
    )
    exam_count = forms.IntegerField(
        min_value=0, required=False, label="How many new exams, drawn at random; leave it empty for all"
    )
    patients = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Only of these patients, one code on each line; leave it empty for all",
    )
    readers = ReaderChoices(Reader.objects.none(), error_messages={"required": "Tick at least one reader."})
    seed = forms.IntegerField(min_value=0, max_value=LARGEST_SEED, widget=forms.HiddenInput)

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, **options)
        self.campaign = campaign
        field = cast("ReaderChoices", self.fields["readers"])
        field.queryset = (
            Reader.objects.filter(role=Role.READER).select_related("user").order_by("user__username")
        )
        field.initial = [reader.id for reader in readers_of(campaign)]

    def clean(self) -> dict[str, Any]:
        """Join the fields to what is asked, and say of what contradicts itself."""
        data = self.cleaned_data
        if data.get("share_more") and not data.get("more"):
            self.add_error("more", "Say by how many readers these exams are read.")
        if self.errors:
            return data
        shares = {2: data["share_2"], 3: data["share_3"], data["more"] or 4: data["share_more"]}
        try:
            data["request"] = PlanRequest(
                shares={number: share for number, share in shares.items() if share},
                pairs_meet=data["pairs_meet"] or 0,
                repeat_share=data["repeat_share"],
                wash_out_days=data["wash_out_days"] or 0,
                batch_size=data["batch_size"] or 0,
                priority=data["priority"],
                due_on=data["due_on"],
                is_pool=data["hand_out"] == POOL,
            )
        except PlanRefusedError as error:
            raise forms.ValidationError(error.message, code=error.code) from error
        return data

    def clean_due_on(self) -> date | None:
        due_on = self.cleaned_data["due_on"]
        if due_on is not None and due_on < timezone.localdate():
            raise forms.ValidationError("This day is over. Name one to come, or none.", code="past")
        return due_on

    def clean_patients(self) -> list[str]:
        codes = [code.strip() for code in self.cleaned_data["patients"].splitlines()]
        codes = [code for code in codes if code]
        known = set(Study.objects.filter(patient__code__in=codes).values_list("patient__code", flat=True))
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise forms.ValidationError(
                f"No exam is here of {', '.join(unknown[:5])}. Check the spelling.", code="patient_unknown"
            )
        return codes

    @property
    def studies(self) -> list[Any]:
        """Exams that are to come in, drawn by the seed where not all of them are."""
        return draw_studies(
            self.campaign,
            patients=self.cleaned_data["patients"],
            count=self.cleaned_data["exam_count"],
            seed=self.cleaned_data["seed"],
        )


def plan_initial(campaign: Campaign, *, seed: int) -> dict[str, Any]:
    """Fill the form with what the last plan of a campaign asked for; the first starts with an example."""
    request = latest_request(campaign)
    if request is None:
        return {"seed": seed}
    return {"seed": seed, **asked_fields(request)}


def asked_fields(request: PlanRequest) -> dict[str, Any]:
    """Return a request as the fields of the form."""
    more = next((number for number in request.shares if number > 3), None)
    percents = {
        "share_2": request.shares.get(2, 0),
        "share_3": request.shares.get(3, 0),
        "share_more": request.shares.get(more, 0) if more else 0,
        "repeat_share": request.repeat_share,
    }
    return {
        **{name: _percent(share) for name, share in percents.items()},
        "more": more,
        "pairs_meet": request.pairs_meet,
        "wash_out_days": request.wash_out_days or None,
        "batch_size": request.batch_size,
        "priority": request.priority,
        "due_on": request.due_on,
        "hand_out": POOL if request.is_pool else BY_NAME,
    }


def _percent(share: float) -> float:
    percent = round(100.0 * share, 10)
    return int(percent) if percent.is_integer() else percent


class RemoveReaderForm(forms.Form):
    """A reader leaves; why is kept with each of her exams."""

    reader = ReaderChoice(Reader.objects.none(), empty_label="Choose a reader")
    reason = forms.CharField(max_length=LONGEST_REASON, label="Why she leaves")

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, **options)
        members = [reader.id for reader in readers_of(campaign)]
        field = cast("ReaderChoice", self.fields["reader"])
        field.queryset = Reader.objects.filter(id__in=members).select_related("user")


class AddReaderForm(forms.Form):
    reader = ReaderChoice(Reader.objects.none(), empty_label="Choose a reader")

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, **options)
        members = [reader.id for reader in readers_of(campaign)]
        others = Reader.objects.filter(role=Role.READER).exclude(id__in=members)
        field = cast("ReaderChoice", self.fields["reader"])
        field.queryset = others.select_related("user").order_by("pseudonym")


class WithdrawExamForm(forms.Form):
    """An exam leaves; a patient with several exams is told apart by the end of the exam's number."""

    patient = forms.CharField(max_length=32, label="Patient code")
    exam = forms.CharField(
        max_length=64, required=False, label="Last digits of the exam, where she has several"
    )
    reason = forms.CharField(max_length=LONGEST_REASON, label="Why it leaves")

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, **options)
        self.campaign = campaign

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors:
            return data
        found = exams_of(self.campaign).filter(
            patient__code=data["patient"].strip(), study_instance_uid__endswith=data["exam"].strip()
        )
        if len(found) != 1:
            raise forms.ValidationError(
                f"{len(found)} exams of this campaign fit. Give the code as it stands on the board"
                + (", and the last digits of the exam." if found else "."),
                code="exam_unclear",
            )
        data["study"] = found[0]
        return data


class TakeBackForm(forms.Form):
    """A withdrawn exam comes back."""

    withdrawal = WithdrawalChoice(ExamWithdrawal.objects.none(), label="Exam", empty_label="Choose an exam")
    reason = forms.CharField(max_length=LONGEST_REASON, label="Why it comes back")

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("WithdrawalChoice", self.fields["withdrawal"])
        field.queryset = standing_withdrawals(campaign).select_related("campaign", "study__patient")
