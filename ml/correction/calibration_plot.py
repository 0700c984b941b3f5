"""Pictures of a calibration: the surface that was searched, and the histograms of a hint."""

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ml.correction.calibration import Calibration
from ml.correction.calibration_hint import LEAST_LENGTH_MM, Hint

DOTS_PER_INCH = 110
LIMIT_LABELS = {
    "minimum_excess_um": "least thickness above the surroundings, µm",
    "minimum_mean_um": "least mean thickness, µm",
    "minimum_contrast_z": "least contrast, spreads of the surroundings",
}
STRENGTH_LABELS = {
    "excess_um": "thickness above the surroundings, µm",
    "thickness_um": "mean thickness, µm",
    "contrast_z": "contrast, spreads of the surroundings",
}


def plot_surface(calibration: Calibration) -> bytes:
    """Draw the Dice of every pair of limits.

    Parameters
    ----------
    calibration : Calibration
        From `calibrate`.

    Returns
    -------
    png : bytes
        The chosen point is a disc, the limits it started from are a cross. The colours rise evenly in
        brightness, so that they can be told apart in any colour vision and in print.
    """
    figure = Figure(figsize=(8, 4.6), layout="constrained")
    axes = figure.add_subplot()
    surface = np.array(calibration.dice)
    image = axes.pcolormesh(surface, cmap="cividis", edgecolors="face")
    figure.colorbar(image, label="pooled Dice with the expert's labels")
    _mark_grid(axes, calibration)
    start = (
        _place(calibration.start_limit, calibration.limits),
        _place(calibration.start_length_mm, calibration.lengths_mm),
    )
    chosen = (
        _place(calibration.limit, calibration.limits),
        _place(calibration.length_mm, calibration.lengths_mm),
    )
    _mark(axes, start, "X", f"before: Dice {calibration.dice_start:.3f}")
    _mark(axes, chosen, "o", f"chosen: Dice {calibration.dice_chosen:.3f}")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.08), ncols=2, frameon=False)
    axes.set_title(
        f"uncorrected {calibration.dice_uncorrected:.3f}, cross-validated "
        f"{calibration.cross_validated_dice:.3f}; {calibration.images} images of "
        f"{calibration.patients} patients",
        fontsize="medium",
    )
    return _png(figure)


def plot_histograms(hint: Hint) -> bytes:
    """Draw how long and how strong the components of labels are.

    Parameters
    ----------
    hint : Hint
        From `suggest`.

    Returns
    -------
    png : bytes
        Two histograms; the valley, if there is one, is a dashed line.
    """
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    lengths, strengths = figure.subplots(1, 2)
    _bars(lengths, hint.lengths_mm, (0, *hint.length_counts))
    lengths.set_xlabel("length, mm")
    lengths.set_ylabel("components")
    _bars(strengths, hint.strengths, hint.strength_counts)
    strengths.set_xlabel(STRENGTH_LABELS[hint.strength_name])
    if hint.valley is not None:
        strengths.axvline(_place(hint.valley, hint.strengths), color="black", linestyle="--")
        strengths.set_title(
            f"valley of components of {LEAST_LENGTH_MM:g} mm and more: {hint.valley:.3g}", fontsize="medium"
        )
    return _png(figure)


def _mark_grid(axes: Axes, calibration: Calibration) -> None:
    axes.set_yticks(np.arange(len(calibration.lengths_mm)) + 0.5, [f"{v:g}" for v in calibration.lengths_mm])
    every = slice(None, None, 2)
    axes.set_xticks(
        (np.arange(len(calibration.limits)) + 0.5)[every], [f"{v:g}" for v in calibration.limits[every]]
    )
    axes.set_ylabel("least length, mm")
    axes.set_xlabel(LIMIT_LABELS[calibration.limit_name])


def _place(value: float, grid: Sequence[float]) -> float:
    """Return where a value lies among the cells of a grid, whose steps need not be equal."""
    return float(np.interp(value, grid, np.arange(len(grid)))) + 0.5


def _mark(axes: Axes, place: tuple[float, float], marker: str, label: str) -> None:
    """Draw a white mark with a black rim, seen on any colour and on paper."""
    axes.scatter(
        *place, s=110, marker=marker, facecolors="white", edgecolors="black", linewidths=1.5, label=label
    )


def _bars(axes: Axes, edges: Sequence[float], counts: Sequence[int]) -> None:
    """Draw a bar below the first edge, one between each pair, and one from the last edge on."""
    axes.bar(np.arange(len(counts)), counts, width=0.9, color="#00467f")
    every = slice(None, None, max(1, len(edges) // 8))
    axes.set_xticks((np.arange(len(edges)) + 0.5)[every], [f"{edge:g}" for edge in edges[every]])


def _png(figure: Figure) -> bytes:
    content = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(content, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return content.getvalue()
