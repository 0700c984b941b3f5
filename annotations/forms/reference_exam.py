"""What a lead fills in to make an exam a reference."""

import re

from django import forms

from annotations.domain.reference_exam import MOST_TRIES
from annotations.models import Study

MOST_LENGTHS = 5


class ExamField(forms.CharField):
    """An exam by the code of its patient; of several exams the latest."""

    def __init__(self) -> None:
        super().__init__(
            max_length=32,
            label="Exam",
            help_text="The code of its patient, as in P-ABCDEFGHIJ. Of several exams the latest is taken.",
            widget=forms.TextInput(attrs={"list": "exam-codes", "autocomplete": "off"}),
        )

    def clean(self, value: str) -> Study:
        code = super().clean(value).strip()
        exams = Study.objects.filter(patient__code=code, mammograms__isnull=False)
        study = exams.order_by("-shifted_day", "-created_at").first()
        if study is None:
            raise forms.ValidationError(f"No exam of a patient {code} is here.", code="no_such_exam")
        return study


class TriesField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(
            min_value=1,
            max_value=MOST_TRIES,
            initial=1,
            label="How often each reader may read it",
        )


class ExpertReferenceForm(forms.Form):
    prefix = "expert"
    study = ExamField()
    maximum_tries = TriesField()


class PlantForm(forms.Form):
    prefix = "plant"
    study = ExamField()
    lengths_mm = forms.CharField(
        max_length=60,
        initial="8, 20",
        label="Lengths in mm",
        help_text=f"One to {MOST_LENGTHS}, planted in each image, each made up to 15 % longer or shorter.",
    )
    maximum_tries = TriesField()

    def clean_lengths_mm(self) -> list[float]:
        parts = [part for part in re.split(r"[,;\s]+", self.cleaned_data["lengths_mm"]) if part]
        try:
            lengths = [float(part) for part in parts]
        except ValueError as error:
            raise forms.ValidationError(
                f"{self.cleaned_data['lengths_mm']} are no lengths. Write them like 8, 20.", code="no_lengths"
            ) from error
        if not 1 <= len(lengths) <= MOST_LENGTHS or not all(2.5 <= length <= 60 for length in lengths):
            raise forms.ValidationError(
                f"Give 1 to {MOST_LENGTHS} lengths of 2.5 to 60 mm.", code="lengths_out_of_range"
            )
        return lengths
