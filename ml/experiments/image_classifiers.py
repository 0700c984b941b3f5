"""Networks that answer whether an image shows arterial calcification, side by side on phantoms."""

import io
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import ml.training
from ml.errors import ExperimentSettingsError
from ml.experiments.label_layout import NOTHING, Table
from ml.explain import HeatmapScorer
from ml.phantom import PHANTOM_VERSION
from ml.training.classify_config import ImageRecipe, image_recipe
from ml.training.classify_images import train_image_classifier
from ml.training.config_file import read_config
from ml.training.explained import explain_all
from ml.training.recipe_parts import WholeInput
from ml.training.source import Example, Listing, PhantomSource
from ml.training.world import ALONE

RECIPE = Path(ml.training.__file__).parent / "recipes" / "classify_images.yaml"
# Small enough for two processors: an eighth of the pixels of the published study, and no ImageNet weights.
INPUT = WholeInput(rows=384, columns=192)
PHANTOM_SIZE = {"rows": 600, "columns": 450, "pixel_spacing_mm": 0.3}
FIGURES = ("auc", "f1", "sensitivity", "specificity", "length_spearman")
DOTS_PER_INCH = 110
Result = Mapping[str, Any]


class _KeptPhantoms(PhantomSource):
    """Phantoms that are drawn once for all networks."""

    def __init__(self, recipe: ImageRecipe) -> None:
        if recipe.phantoms is None:
            raise ExperimentSettingsError("The recipe of this experiment names no phantoms.")
        super().__init__(recipe.phantoms)
        self._kept: dict[str, Example] = {}

    def read(self, listing: Listing) -> Example:
        if listing.image_id not in self._kept:
            self._kept[listing.image_id] = super().read(listing)
        return self._kept[listing.image_id]


def run_image_classifiers(
    networks: Sequence[str],
    *,
    phantoms: int = 120,
    epochs: int = 14,
    seed: int = 1,
    rows: int = INPUT.rows,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Train each network on the same phantoms by the recipe `classify_images`, and measure it on others.

    Parameters
    ----------
    networks : sequence of str
        Of image classifiers.
    phantoms : int
        To train on; half as many, at least five, for validation and for the test.
    epochs : int
        Of each training.
    seed : int
        Of weights, order and variation.
    rows : int
        Of what a network sees, which is half as wide.
    say : callable
        Told in a line of text how far it is.

    Returns
    -------
    result : dict
        JSON values: `settings`, `networks` (a row for each), and `lengths` (measured and estimated, in mm, of
        each test image with calcification and each network).

    Raises
    ------
    ExperimentSettingsError
        Where no network is named, or one twice.
    RecipeRefusedError
        Where one is not known.
    TrainingDataRefusedError
        Where so few phantoms are all of one class.

    Notes
    -----
    All weights are trained from the start, for no ImageNet weights are at hand; how networks rank on phantoms
    does not carry over to patients.
    """
    if not networks or len(set(networks)) < len(networks):
        raise ExperimentSettingsError("Name at least one network, and none twice.")
    recipes = [_recipe(name, phantoms, epochs, seed, rows) for name in networks]
    source = _KeptPhantoms(recipes[0])
    rows_of, lengths = [], []
    for recipe in recipes:
        row, points = _run_one(recipe, source, say)
        rows_of.append(row)
        lengths += points
    return {
        "settings": {
            "phantoms": phantoms,
            "epochs": epochs,
            "seed": seed,
            "input_rows": rows,
            "input_columns": rows // 2,
            "phantom_version": PHANTOM_VERSION,
        },
        "networks": rows_of,
        "lengths": lengths,
    }


def classifier_table(result: Result) -> Table:
    """Lay the figures of the networks out.

    Parameters
    ----------
    result : dict
        From `run_image_classifiers`.

    Returns
    -------
    table : Table
        A line for each network, with 95 % intervals over patients.
    """
    header = ["network", "M parameters", "AUC", "F1", "sensitivity", "specificity", "length, Spearman", "s"]
    lines = [
        [
            row["network"],
            f"{row['parameters'] / 1e6:.2f}",
            *(_with_interval(row, name) for name in FIGURES),
            f"{row['seconds']:.0f}",
        ]
        for row in result["networks"]
    ]
    return Table("Networks that answer for a whole image, on phantoms", header, lines)


def plot_lengths(result: Result) -> bytes:
    """Draw estimated against measured lengths.

    Parameters
    ----------
    result : dict
        From `run_image_classifiers`.

    Returns
    -------
    png : bytes
        One field for each network.
    """
    names = [row["network"] for row in result["networks"]]
    figure = Figure(figsize=(4 * len(names), 3.8), layout="constrained")
    fields = np.ravel(figure.subplots(1, len(names), squeeze=False))
    for axes, row in zip(fields, result["networks"], strict=True):
        points = [point for point in result["lengths"] if point["network"] == row["network"]]
        axes.scatter(
            [point["measured_mm"] for point in points],
            [point["estimated_mm"] for point in points],
            color="#00467f",
            s=18,
        )
        agreement = _with_interval(row, "length_spearman")
        axes.set_title(f"{row['network']}: Spearman {agreement}", fontsize="medium")
        axes.set_xlabel("measured length, mm")
        axes.set_ylabel("length from the heatmap, mm")
    content = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(content, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return content.getvalue()


def _recipe(network: str, phantoms: int, epochs: int, seed: int, rows: int) -> ImageRecipe:
    content, _ = read_config(RECIPE)
    half = max(5, phantoms // 2)
    content |= {"network": network, "trained": "all", "seed": seed, "positive_share": 0.5}
    content |= {"name": f"Experiment {network}", "whole": {"rows": rows, "columns": rows // 2}}
    content["split"]["how"] = "as-frozen"
    content["optimisation"] |= {"epochs": epochs}
    content["phantoms"] |= {"train": phantoms, "validation": half, "test": half, "bac_share": 0.5}
    content["phantoms"] |= PHANTOM_SIZE
    return image_recipe(content)


def _run_one(
    recipe: ImageRecipe, source: PhantomSource, say: Callable[[str], None]
) -> tuple[Result, list[Result]]:
    say(f"training {recipe.network}")
    started = time.monotonic()
    weights = train_image_classifier(
        recipe,
        source,
        config_sha256="",
        encoder_weights=None,
        folder=None,
        say=say,
        should_stop=lambda: False,
        world=ALONE,
    )
    seconds = round(time.monotonic() - started, 1)
    card = weights.card
    test = [listing for listing in source.listings if listing.split == "test"]
    found = explain_all(HeatmapScorer(weights), source, test)
    points = zip(found.lengths_mm, found.estimated_mm(card), strict=True)
    row = {"network": recipe.network, "parameters": card.parameters, "seconds": seconds, **card.evaluation}
    return row, [
        {"network": recipe.network, "measured_mm": round(measured, 2), "estimated_mm": round(estimated, 2)}
        for measured, estimated in points
    ]


def _with_interval(row: Result, name: str) -> str:
    if name not in row:
        return NOTHING
    if f"{name}_low" not in row:
        return f"{row[name]:.2f}"
    return f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})"
