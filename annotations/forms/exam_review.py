"""What an expert sends with her word on a reading."""

from django import forms

MOST_REVIEWS = 1_000_000


class ReviewForm(forms.Form):
    """`seen` counts the reviews that stood on her page; without it, somebody may have decided meanwhile."""

    seen = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_REVIEWS,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "What you had seen is no number. Load the page again."
        ),
    )
    note = forms.CharField(required=False)

    def clean_seen(self) -> int:
        seen = self.cleaned_data["seen"]
        return -1 if seen is None else seen
