"""What a data scientist fills in to have two models compared."""

from typing import Any

from django import forms

from annotations.enums import DatasetVersionState, ModelTask
from annotations.models import DatasetVersion, ModelVersion


class ModelComparisonForm(forms.Form):
    """Two models of any state, and a frozen dataset version."""

    first = forms.ModelChoiceField(
        queryset=ModelVersion.objects.none(), label="First model", empty_label=None
    )
    second = forms.ModelChoiceField(
        queryset=ModelVersion.objects.none(),
        label="Second model",
        help_text="Differences are second minus first: take as second what is to replace the other.",
        empty_label=None,
    )
    dataset_version = forms.ModelChoiceField(
        queryset=DatasetVersion.objects.none(),
        label="Dataset version",
        help_text="Its test part alone is used.",
        empty_label=None,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        marking = ModelVersion.objects.filter(task=ModelTask.SEGMENTATION)
        frozen = DatasetVersion.objects.filter(state=DatasetVersionState.FROZEN)
        querysets = {
            "first": marking,
            "second": marking,
            "dataset_version": frozen.select_related("dataset"),
        }
        for name, queryset in querysets.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
