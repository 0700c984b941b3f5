"""What a lead fills in to ask one more question, and sends to end one."""

from django import forms

from annotations.domain.question import LONGEST_SLUG
from annotations.enums import QuestionScope


class QuestionForm(forms.Form):
    scope = forms.ChoiceField(
        choices=QuestionScope.choices, initial=QuestionScope.IMAGE, label="What it is about"
    )
    text = forms.CharField(max_length=200, label="Question", help_text="As readers see it.")
    answers = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Answers",
        help_text="One in a line, two to eight.",
    )
    slug = forms.SlugField(
        required=False,
        max_length=LONGEST_SLUG,
        label="Short name in exports",
        help_text="Left empty, it is made of the question.",
    )
    is_required = forms.BooleanField(required=False, initial=True, label="An answer is needed to submit")

    def clean_answers(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["answers"].splitlines() if line.strip()]


class EndQuestionForm(forms.Form):
    """The question that is asked no more."""

    slug = forms.CharField(max_length=LONGEST_SLUG)
