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
    "auc": ("AUC", "share of pairs with and without that are ranked right"),
    "f1": ("F1", "of the answers from the cutoff on"),
    "accuracy": ("Accuracy", "share of right answers"),
    "sensitivity": ("Sensitivity", "share of positives that are answered yes"),
    "specificity": ("Specificity", "share of negatives that are answered no"),
    "positive_predictive_value": ("PPV", "share of yes that is right"),
    "negative_predictive_value": ("NPV", "share of no that is right"),
    "calibration_error": ("Calibration error", "mean distance of said from observed shares; 0 is best"),
    "length_spearman": ("Length, Spearman", "rank correlation of lengths from heatmaps with measured ones"),
    "measured_lengths": ("Measured lengths", "images behind it"),
    "positives": ("Positives", "held-out images or patches with what is looked for"),
    "negatives": ("Negatives", "held-out images or patches without"),
}
# Ends of a figure's 95 % interval over patients, which the card keeps beside it.
ENDS = ("_low", "_high")


@dataclass(frozen=True)
class CardFigure:
    """A figure with its 95 % interval over patients, where the card has one."""

    name: str
    meaning: str
    value: float
    interval: tuple[float, float] | None = None


def card_figures(version: ModelVersion) -> list[CardFigure]:
    """List the figures of a card; one without words keeps its own name."""
    evaluation: dict[str, float] = version.card.get("evaluation", {})
    return [
        CardFigure(*FIGURES.get(name, (name, "")), value, _interval(name, evaluation))
        for name, value in sorted(evaluation.items())
        if not any(name.endswith(end) and name.removesuffix(end) in evaluation for end in ENDS)
    ]


def _interval(name: str, evaluation: dict[str, float]) -> tuple[float, float] | None:
    low, high = (evaluation.get(name + end) for end in ENDS)
    return None if low is None or high is None else (low, high)
