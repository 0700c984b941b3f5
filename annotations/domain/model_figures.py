"""What a model card measured, in words; docs/training.md says how."""

from dataclasses import dataclass

from annotations.models import ModelVersion

FIGURES = {
    "dice": ("Dice", "pixels, all held-out images pooled"),
    "mean_dice": ("Mean Dice", "over images with something to find"),
    "precision": ("Precision", "share of proposed pixels that are calcified"),
    "recall": ("Recall", "share of calcified pixels that are proposed"),
    "length_recall": ("Length recall", "share of the calcified centre line that is proposed"),
    "false_spots_per_clean_image": ("False spots", "proposed pieces on an image without BAC, mean"),
    "clean_images_marked": ("Clean images marked", "share of images with nothing to find that are marked"),
}


@dataclass(frozen=True)
class CardFigure:
    name: str
    meaning: str
    value: float


def card_figures(version: ModelVersion) -> list[CardFigure]:
    """List the figures of a card; one without words keeps its own name."""
    evaluation: dict[str, float] = version.card.get("evaluation", {})
    return [CardFigure(*FIGURES.get(name, (name, "")), value) for name, value in sorted(evaluation.items())]
