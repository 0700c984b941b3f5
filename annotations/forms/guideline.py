"""What a lead fills in to write a version of a guideline."""

from django import forms

from annotations.domain.guideline import LONGEST_TEXT


class GuidelineForm(forms.Form):
    text = forms.CharField(
        label="Text of the next version",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Begin a line with # for a heading, with - for a list, with 1. for steps; an empty line "
        "ends a paragraph.",
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
