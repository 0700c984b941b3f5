"""What a lead fills in to write a version of a guideline, and what a reader sends to confirm one."""

from django import forms

from annotations.domain.guideline import LONGEST_TEXT

MOST_VERSIONS = 1_000_000


class GuidelineForm(forms.Form):
    text = forms.CharField(
        label="Text of the next version",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Begin a line with # for a heading, with - for a list, with 1. for steps; an empty line "
        "ends a paragraph.",
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ConfirmForm(forms.Form):
    """The version that a reader has read."""

    number = forms.IntegerField(
        min_value=1,
        max_value=MOST_VERSIONS,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "There is no such version of the guideline. Load the page again and confirm what it shows.",
        ),
    )
