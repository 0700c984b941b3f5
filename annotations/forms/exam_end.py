"""What a reader says of an exam as a whole: why she skips it, how hard it was."""

from django import forms

from annotations.domain.exam_end import LONGEST_REASON
from annotations.enums import Grade

SKIP_REASONS = (
    "Poor image quality",
    "An image is missing",
    "Not a mammogram, or the wrong exam",
    "I know this patient",
    "Something else",
)


class SkipForm(forms.Form):
    reason = forms.ChoiceField(
        choices=[(reason, reason) for reason in SKIP_REASONS],
        error_messages={"required": "Say why you skip this exam."},
    )
    details = forms.CharField(required=False, max_length=LONGEST_REASON - 50)

    def clean(self) -> dict[str, object]:
        """Ask for words where the choice says nothing."""
        reason, details = self.cleaned_data.get("reason"), self.cleaned_data.get("details", "").strip()
        if reason == SKIP_REASONS[-1] and not details:
            raise forms.ValidationError("Say in a few words why you skip this exam.", code="details_missing")
        return self.cleaned_data

    @property
    def words(self) -> str:
        return ": ".join(filter(None, (self.cleaned_data["reason"], self.cleaned_data["details"].strip())))


class GradeForm(forms.Form):
    grade = forms.ChoiceField(choices=[("", "Not said"), *Grade.choices], required=False)
