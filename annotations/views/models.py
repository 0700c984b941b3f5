"""The models that pre-annotate: what each is, what it was trained on, and how another comes in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.models import ModelVersion, Reader
from annotations.views.account import reader_required, require

# Name and meaning of the figures that a model card may carry; docs/training.md says how they are measured.
FIGURES = {
    "dice": ("Dice", "pixels, all held-out images pooled"),
    "precision": ("Precision", "share of proposed pixels that are calcified"),
    "recall": ("Recall", "share of calcified pixels that are proposed"),
    "length_recall": ("Length recall", "share of the calcified centre line that is proposed"),
    "false_spots_per_clean_image": ("False spots", "proposed pieces on an image without BAC, mean"),
}


@require_safe
@reader_required
def models(request: HttpRequest, reader: Reader) -> HttpResponse:
    require(is_allowed=rules.can_manage_models(reader))
    versions = [(version, _figures(version)) for version in ModelVersion.objects.all()]
    return render(request, "models.html", {"model_versions": versions})


def _figures(version: ModelVersion) -> list[tuple[str, str, float]]:
    """List name, meaning and value of what the card measured; a figure without words keeps its own name."""
    evaluation: dict[str, float] = version.card.get("evaluation", {})
    return [(*FIGURES.get(name, (name, "")), value) for name, value in sorted(evaluation.items())]
