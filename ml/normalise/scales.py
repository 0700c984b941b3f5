"""Grey scales as one table that every stored value looks up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import NormalisationRefusedError
from ml.normalise.gamma import SMALLEST_VALUE, solve_gamma
from ml.normalise.levels import STORED_VALUES, Levels
from ml.physics import Signal


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a caller may choose about a gamma scale; see `ml.normalise.normalise`."""

    percentiles: tuple[float, float] = (0.0, 100.0)
    invert: bool = True
    literal: bool = False
    target: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A value for each stored value.

    Attributes
    ----------
    table : ndarray of float64, shape (65536,)
        Finite.
    record : dict
        The numbers it was made with; plain JSON.
    """

    table: NDArray[np.float64]
    record: dict[str, object]


def raw_scale(signal: Signal) -> Scale:
    """Return the signal: energy at the detector, or grey levels with calcium bright.

    Parameters
    ----------
    signal : Signal
        What the stored values mean.

    Returns
    -------
    scale : Scale
    """
    brightness = signal.brightness.astype(np.float64)
    if signal.mode == "physical":
        return Scale(table=np.exp(-brightness), record={"signal": "exposure", "is_calcium_bright": False})
    return Scale(table=brightness, record={"signal": "grey levels", "is_calcium_bright": True})


def simple_gamma_scale(signal: Signal, levels: Levels, choices: Choices) -> Scale:
    """Return the square root of the stretched logarithm.

    Parameters
    ----------
    signal : Signal
        What the stored values mean.
    levels : Levels
        Of the breast.
    choices : Choices
        Stretch, direction, and whether to take stored values literally.

    Returns
    -------
    scale : Scale
        Values in 0 to 1.

    Raises
    ------
    NormalisationRefusedError
        Code ``constant_image`` if there is nothing to stretch.
    """
    stretched = _stretched_logarithm(signal, levels, choices)
    return Scale(table=np.sqrt(stretched.table), record=stretched.record | {"gamma": 0.5})


def auto_gamma_scale(signal: Signal, levels: Levels, choices: Choices) -> Scale:
    """Return the stretched logarithm to the power that gives it the wanted mean.

    Parameters
    ----------
    signal : Signal
        What the stored values mean.
    levels : Levels
        Of the breast.
    choices : Choices
        Stretch, direction and target.

    Returns
    -------
    scale : Scale
        Values in 0 to 1.

    Raises
    ------
    NormalisationRefusedError
        Codes ``constant_image`` and ``gamma_unreachable``.
    """
    stretched = _stretched_logarithm(signal, levels, choices)
    start = np.clip(stretched.table, SMALLEST_VALUE, 1.0)
    gamma = solve_gamma(start[levels.stored], target=choices.target, counts=levels.counts)
    return Scale(table=start**gamma, record=stretched.record | {"gamma": gamma, "target": choices.target})


def _stretched_logarithm(signal: Signal, levels: Levels, choices: Choices) -> Scale:
    base = raw_scale(signal)
    values, record = base.table, dict(base.record)
    if choices.literal:
        values, record = np.arange(STORED_VALUES, dtype=np.float64), {"signal": "stored values"}
    logarithm = np.log(values + 1)
    low, high = (levels.percentile(logarithm, percent) for percent in choices.percentiles)
    if not high > low:
        raise NormalisationRefusedError(
            "The breast has one value only, so there is nothing to stretch.", code="constant_image"
        )
    stretched = np.clip((logarithm - low) / (high - low), 0, 1)
    is_inverted = choices.invert and record.get("is_calcium_bright") is False
    if is_inverted:
        stretched, record = 1 - stretched, record | {"is_calcium_bright": True}
    return Scale(
        table=stretched,
        record=record
        | {
            "is_literal": choices.literal,
            "is_inverted": is_inverted,
            "percentiles": list(choices.percentiles),
            "low": low,
            "high": high,
        },
    )
