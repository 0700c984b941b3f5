from django import forms

from annotations.enums import SignOffMeaning


class SignOffForm(forms.Form):
    """A signature: what it stands for, and the password once more."""

    reference = forms.UUIDField(required=False, widget=forms.HiddenInput)
    meaning = forms.ChoiceField(label="This means", choices=SignOffMeaning.choices)
    password = forms.CharField(
        label="Your password, once more",
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
