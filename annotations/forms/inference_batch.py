"""What is filled in to have a model look at all images of a campaign."""

from typing import Any

from django import forms

from annotations.models import Campaign, ModelVersion, Reader
from annotations.rules import campaigns_visible_to, model_versions_usable_by


class InferenceBatchForm(forms.Form):
    """A campaign, and a model that this person may run; the active one stands first."""

    campaign = forms.ModelChoiceField(queryset=Campaign.objects.none(), empty_label=None)
    model_version = forms.ModelChoiceField(
        queryset=ModelVersion.objects.none(),
        label="Model",
        help_text="Images that it has looked at are not looked at again.",
        empty_label=None,
    )

    def __init__(self, *args: Any, reader: Reader, **options: Any) -> None:
        super().__init__(*args, **options)
        campaigns = campaigns_visible_to(reader).order_by("name")
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["model_version"].queryset = model_versions_usable_by(reader)  # type: ignore[attr-defined]
