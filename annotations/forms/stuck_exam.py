"""Giving an exam that lies to another reader of its campaign."""

from typing import Any, cast

from django import forms

from annotations.domain.reading_plan import readers_of
from annotations.models import Assignment, Campaign, Reader


class GiveExamForm(forms.Form):
    exam = forms.ModelChoiceField(Assignment.objects.none())
    reader = forms.ModelChoiceField(Reader.objects.none())

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, **options)
        members = [reader.id for reader in readers_of(campaign)]
        exam = cast("forms.ModelChoiceField[Assignment]", self.fields["exam"])
        exam.queryset = campaign.assignments.select_related("campaign", "study__patient")
        reader = cast("forms.ModelChoiceField[Reader]", self.fields["reader"])
        reader.queryset = Reader.objects.filter(id__in=members)
