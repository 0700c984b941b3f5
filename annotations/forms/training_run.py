"""What a data scientist fills in to have a network trained."""

from typing import Any

from django import forms

from annotations.domain.training_run import LARGEST_SEED
from annotations.enums import DatasetVersionState
from annotations.ml_gateway.recipes import shipped_recipes
from annotations.models import DatasetVersion


class TrainingForm(forms.Form):
    """A recipe, a frozen dataset version and a seed."""

    recipe = forms.ChoiceField(
        label="Recipe", initial="segment_try_out", help_text="Each is shown below, with its comments."
    )
    dataset_version = forms.ModelChoiceField(
        queryset=DatasetVersion.objects.none(),
        label="Dataset version",
        help_text="Frozen ones alone: a draft changes under the training.",
        empty_label=None,
    )
    seed = forms.IntegerField(
        min_value=1, max_value=LARGEST_SEED, initial=1, label="Seed", help_text="Another one is another run."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        recipes = shipped_recipes().values()
        self.fields["recipe"].choices = [  # type: ignore[attr-defined]
            (recipe.name, f"{recipe.name}: {recipe.about}") for recipe in recipes
        ]
        frozen = DatasetVersion.objects.filter(state=DatasetVersionState.FROZEN)
        self.fields["dataset_version"].queryset = frozen.select_related("dataset")  # type: ignore[attr-defined]
