"""What is filled in to bring a model in, and to change its state."""

import re

from django import forms

from annotations.domain.exam_end import LONGEST_REASON

SHA256 = re.compile(r"[0-9a-f]{64}")


class ModelImportForm(forms.Form):
    """A weights file, and what its card does not say or says wrongly."""

    file = forms.FileField(
        label="Weights file",
        help_text="Tramline's safetensors with their card, or a published SCU-Net checkpoint (.pt).",
    )
    sha256 = forms.CharField(
        required=False,
        label="SHA-256, if you were given one",
        help_text="Another file is then refused.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(required=False, max_length=100, label="Name, in place of the card's")
    version = forms.CharField(required=False, max_length=32, label="Version, in place of the card's")
    output = forms.ChoiceField(
        required=False,
        label="How its output is read",
        choices=[("", "As the file or its card says"), ("logit", "Logit"), ("probability", "Probability")],
        help_text="Needed for a checkpoint that is not one of the known published ones.",
    )
    cutoff = forms.FloatField(
        required=False, min_value=0, max_value=1, label="Cut-off, in place of the card's"
    )

    def clean_sha256(self) -> str:
        text = self.cleaned_data["sha256"].strip().lower()
        if text and SHA256.fullmatch(text) is None:
            raise forms.ValidationError(
                f"A SHA-256 has 64 digits of 0-9 and a-f; {len(text)} characters came.", code="not_a_digest"
            )
        return text


class ModelStateForm(forms.Form):
    """Why a model is put to use or taken out of it."""

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label="Why",
        help_text="It stays in the model's history.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
