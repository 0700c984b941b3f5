"""What a lead fills in: a campaign, and which exams go to which readers."""

from django import forms

from annotations.enums import CampaignPurpose, ConsensusRule, Label, PreannotationPolicy, Role
from annotations.models import Campaign, Reader, Study

NEWEST_EXAMS = 50


class ReaderChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, reader: Reader) -> str:
        return f"{reader.user.get_username()} ({reader.pseudonym})"


class StudyChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, study: Study) -> str:
        views = " ".join(mammogram.view for mammogram in study.mammograms.all())
        return f"{study.patient.code} {views}"


class CampaignSettingsForm(forms.Form):
    """How a campaign is read; the same questions when it is opened and later."""

    purpose = forms.ChoiceField(
        choices=CampaignPurpose.choices,
        initial=CampaignPurpose.READING,
        help_text="A training shows the answer after each exam.",
    )
    labels = forms.MultipleChoiceField(
        choices=Label.choices,
        initial=list(Label.values),
        widget=forms.CheckboxSelectMultiple,
        label="What readers label",
        help_text="The reading page offers these alone, and nothing else is taken.",
        error_messages={"required": "Choose at least one label."},
    )
    preannotation = forms.ChoiceField(
        choices=PreannotationPolicy.choices,
        initial=PreannotationPolicy.SHOWN,
        label="What a model proposes, before readers submit",
        help_text="By lot, a plan gives each reader the proposal for half of her exams, so that what it does "
        "to length and time can be told.",
    )
    shows_priors = forms.BooleanField(
        required=False, initial=True, label="Readers may look at the patient's earlier exams"
    )
    gate_exams = forms.IntegerField(
        min_value=0,
        max_value=1000,
        initial=0,
        label="First exams of each reader that an expert accepts before she gets more",
        help_text="0: no gate. The published label-correction study took 50.",
    )
    consensus_rule = forms.TypedChoiceField(
        choices=ConsensusRule.choices,
        required=False,
        initial=ConsensusRule.MAJORITY,
        empty_value=ConsensusRule.MAJORITY,
        label="A segment on which readers disagree counts where it was marked by",
        help_text="What is tied or in doubt goes to an expert. A change has all images compared anew.",
    )
    coverage_percent_required = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100,
        label="Percent of the breast to be seen at 1:1 before an image can be submitted",
        help_text="Leave empty to submit whatever was looked at.",
    )

    def clean(self) -> dict[str, object]:
        """Turn the percentage, as people say it, into the share that is stored."""
        percent = self.cleaned_data.pop("coverage_percent_required", None)
        return {**self.cleaned_data, "coverage_share_required": percent / 100 if percent else None}


class CampaignForm(CampaignSettingsForm):
    name = forms.CharField(max_length=100)
    guideline = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        help_text="What readers should label, and how. Each reader confirms it before she begins; it can be "
        "written later, too.",
    )
    field_order = ("name", "guideline")

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if Campaign.objects.filter(name=name).exists():
            raise forms.ValidationError(
                f"A campaign is called {name} already; choose another name.", code="name_taken"
            )
        return name


class AssignmentForm(forms.Form):
    campaign = forms.ModelChoiceField(Campaign.objects.order_by("-created_at"), empty_label=None)
    studies = StudyChoices(
        Study.objects.filter(id__in=Study.objects.order_by("-created_at", "-id").values("id")[:NEWEST_EXAMS])
        .select_related("patient")
        .prefetch_related("mammograms"),
        label="Exams",
        help_text=f"The {NEWEST_EXAMS} that came in last; for more, and for overlap, make a plan.",
        error_messages={"required": "Tick at least one exam."},
    )
    readers = ReaderChoices(
        Reader.objects.filter(role=Role.READER).select_related("user"),
        error_messages={"required": "Tick at least one reader."},
    )
