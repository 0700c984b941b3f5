"""What an expert fills in to have the readings of a campaign corrected."""

from typing import Any

from django import forms

from annotations.domain.campaign_reading import readers_of
from annotations.models import Campaign, Reader


class CorrectionBatchForm(forms.Form):
    """Whose readings; left empty, those of everybody."""

    reader = forms.CharField(required=False)

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, **options)
        self.campaign = campaign

    def clean_reader(self) -> Reader | None:
        name = self.cleaned_data["reader"]
        if not name:
            return None
        found = readers_of(self.campaign).filter(pseudonym=name).first()
        if found is None:
            raise forms.ValidationError(
                f"Nobody called {name[:100]} has submitted a reading here. Choose a reader from the list.",
                code="reader_unknown",
            )
        return found
