"""What a lead fills in: a campaign, and which exams go to which readers."""

from django import forms

from annotations.enums import Role
from annotations.models import Campaign, Reader, Study


class CampaignForm(forms.Form):
    name = forms.CharField(max_length=100)
    guideline = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="What readers should label, and how.",
    )
    shows_preannotation = forms.BooleanField(
        required=False, initial=True, label="Readers may see a model's proposal before they submit"
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if Campaign.objects.filter(name=name).exists():
            raise forms.ValidationError(
                f"A campaign is called {name} already; choose another name.", code="name_taken"
            )
        return name


class AssignmentForm(forms.Form):
    campaign = forms.ModelChoiceField(Campaign.objects.order_by("-created_at"), empty_label=None)
    studies = forms.ModelMultipleChoiceField(
        Study.objects.select_related("patient"), widget=forms.CheckboxSelectMultiple, label="Exams"
    )
    readers = forms.ModelMultipleChoiceField(
        Reader.objects.filter(role=Role.READER).select_related("user"), widget=forms.CheckboxSelectMultiple
    )
