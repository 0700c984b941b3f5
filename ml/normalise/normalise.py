"""Bring a mammogram to one of four grey scales with mean 0 and standard deviation 1 in the breast."""

from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.breast import BACKGROUND, PECTORAL, Regions, find_regions
from ml.errors import MaskShapeMismatchError, NormalisationRefusedError
from ml.normalise.density import DensityMap, density_map_mm
from ml.normalise.levels import Levels, levels_of
from ml.normalise.scales import Choices, Scale, auto_gamma_scale, raw_scale, simple_gamma_scale
from ml.physics import Signal, read_signal
from ml.types import Acquisition

Method = Literal["raw", "simple_gamma", "auto_gamma", "density"]
METHODS: tuple[Method, ...] = get_args(Method)
VERSION = "1"
GAMMAS: tuple[Method, ...] = ("simple_gamma", "auto_gamma")
METHODS_OF_CHOICE: dict[str, tuple[Method, ...]] = {
    "percentiles": GAMMAS,
    "invert": GAMMAS,
    "literal": ("simple_gamma",),
    "target": ("auto_gamma",),
}
# Beyond this share of the breast, clipped pixels are left out of its statistics.
TOLERATED_SATURATION = 0.001
LEAST_SPREAD = 1e-9  # relative to the mean: below, there is rounding only


@dataclass(frozen=True, kw_only=True)
class Normalised:
    """A normalised image and how it was made.

    Attributes
    ----------
    values : ndarray of float32, shape (rows, columns)
        Mean 0 and standard deviation 1 over the measured breast; the background has the breast's minimum.
        Never NaN or infinite.
    record : dict
        Every number that was used; plain JSON.
    flags : tuple of str
        Of `ml.physics.read_signal` and `ml.breast.find_regions`, `saturated` (clipped pixels of the breast
        were left out of the statistics) and `fat_reference_uncertain` (see `density_map_mm`).
    """

    values: NDArray[np.float32]
    record: dict[str, object]
    flags: tuple[str, ...]


def normalise(
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    method: Method,
    regions: Regions | None = None,
    include_pectoral: bool = False,
    percentiles: tuple[float, float] = (0.0, 100.0),
    invert: bool = True,
    literal: bool = False,
    target: float = 0.5,
) -> Normalised:
    """Normalise an image.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says about them.
    method : {"raw", "simple_gamma", "auto_gamma", "density"}
        "raw": the signal as it is. "simple_gamma": the square root of its stretched logarithm. "auto_gamma":
        the same stretched logarithm, to the power that gives it the mean `target`. "density":
        `density_map_mm`.
    regions : Regions, optional
        Where the breast is; found by default.
    include_pectoral : bool
        Whether the chest muscle counts in the statistics.
    percentiles : tuple of float
        Percentiles of the breast that the logarithm is stretched between; its minimum and maximum by default.
    invert : bool
        Whether the stretched logarithm is turned round where calcium is dark, so that it becomes bright. For
        the gammas only.
    literal : bool
        Whether "simple_gamma" takes the logarithm of the stored values as they are, never turned round, as
        the published label-correction method (2022) writes it.
    target : float
        Wanted mean for "auto_gamma", between 0 and 1.

    Returns
    -------
    normalised : Normalised
        On an image for processing the signal is linear in the energy at the detector (calcium dark). On any
        other image it is the grey level, oriented so that calcium is bright, and `record` says so.

    Raises
    ------
    NormalisationRefusedError
        Code ``normalisation_parameter`` for an unknown method, percentiles out of order, a target beyond 0
        to 1, or a choice that the method does not know; ``breast_not_found``; ``constant_image`` if the
        breast has one value only; ``gamma_unreachable``; and those of `density_map_mm`.
    MaskShapeMismatchError
        If `regions` are those of an image of another size.

    Notes
    -----
    simple_gamma: I = sqrt((L - low) / (high - low)) with L = ln(signal + 1), within 0 to 1. The 8-bit grey
    scale of the networks is another one, see `ml.inference`.
    """
    choices = Choices(percentiles=percentiles, invert=invert, literal=literal, target=target)
    _check(method, choices)
    regions = find_regions(pixels, acquisition) if regions is None else regions
    if regions.labels.shape != pixels.shape:
        raise MaskShapeMismatchError(
            f"The regions have {regions.labels.shape} pixels and the image {pixels.shape}; both must be of "
            "one image."
        )
    if not regions.is_found:
        raise NormalisationRefusedError(
            "No breast was found on the image, so there is nothing to take statistics of.",
            code="breast_not_found",
        )
    is_measured = regions.labels != BACKGROUND
    if not include_pectoral:
        is_measured &= regions.labels != PECTORAL
    record: dict[str, object] = {"method": method, "version": VERSION, "include_pectoral": include_pectoral}
    if method == "density":
        density = density_map_mm(pixels, acquisition, regions=regions)
        return _of_density(density, regions, is_measured, record)
    signal = read_signal(pixels, acquisition)
    levels, saturated_share = _measured_levels(pixels[is_measured], signal)
    scale = _scale(method, signal, levels, choices)
    flags = [
        *signal.flags,
        *regions.flags,
        *(["saturated"] if saturated_share > TOLERATED_SATURATION else []),
    ]
    record |= {"mode": signal.mode, "detector_offset": signal.detector_offset}
    record |= {"saturated_share": saturated_share, **scale.record}
    values, statistics = _standardised(pixels, scale.table, levels, regions)
    return Normalised(values=values, record=record | statistics, flags=tuple(flags))


def _check(method: Method, choices: Choices) -> None:
    low, high = choices.percentiles
    if method not in METHODS or not 0 <= low < high <= 100 or not 0 < choices.target < 1:
        raise NormalisationRefusedError(
            f"The method is {method!r}, the percentiles are {low:g} and {high:g}, the target is "
            f"{choices.target:g}; methods are {', '.join(METHODS)}, percentiles rise from 0 to 100, and the "
            "target lies between 0 and 1.",
            code="normalisation_parameter",
        )
    usual = Choices()
    for name, methods in METHODS_OF_CHOICE.items():
        if method not in methods and getattr(choices, name) != getattr(usual, name):
            raise NormalisationRefusedError(
                f"`{name}` belongs to {' and '.join(methods)}; it means nothing for {method}.",
                code="normalisation_parameter",
            )


def _scale(method: Method, signal: Signal, levels: Levels, choices: Choices) -> Scale:
    if method == "raw":
        return raw_scale(signal)
    return (simple_gamma_scale if method == "simple_gamma" else auto_gamma_scale)(signal, levels, choices)


def _measured_levels(stored: NDArray[np.uint16], signal: Signal) -> tuple[Levels, float]:
    """Count the stored values of the breast, without clipped ones where they are many, and say how many."""
    everything = levels_of(stored)
    clipped = int(everything.counts[signal.is_saturated[everything.stored]].sum())
    saturated_share = clipped / max(everything.total, 1)
    levels = everything
    if saturated_share > TOLERATED_SATURATION:
        levels = levels_of(stored, without=signal.is_saturated)
    if levels.total == 0:
        raise _constant()
    return levels, saturated_share


def _constant() -> NormalisationRefusedError:
    return NormalisationRefusedError(
        "The breast has one value only, or is clipped throughout, so it has no spread to be brought to 1.",
        code="constant_image",
    )


def _standardised(
    pixels: NDArray[np.uint16], table: NDArray[np.float64], levels: Levels, regions: Regions
) -> tuple[NDArray[np.float32], dict[str, object]]:
    mean, spread = levels.mean(table), levels.standard_deviation(table)
    if not spread > LEAST_SPREAD * max(abs(mean), 1):
        raise _constant()
    standardised = ((table - mean) / spread).astype(np.float32)
    background = float(standardised[levels.stored].min())
    values = cv2.LUT(pixels.astype(np.uint16, copy=False), standardised.reshape(1, -1))
    values[regions.labels == BACKGROUND] = background
    return values, {
        "mean": mean,
        "standard_deviation": spread,
        "background": background,
        "measured_px": levels.total,
    }


def _of_density(
    density: DensityMap, regions: Regions, is_measured: NDArray[np.bool_], record: dict[str, object]
) -> Normalised:
    measured = density.values_mm[is_measured]
    mean, spread = float(measured.mean(dtype=np.float64)), float(measured.std(dtype=np.float64))
    if not spread > 0:
        raise _constant()
    values = (density.values_mm - np.float32(mean)) / np.float32(spread)
    background = float(values[is_measured].min())
    values[regions.labels == BACKGROUND] = background
    statistics = {
        "signal": "dense tissue in mm",
        "is_calcium_bright": True,
        "mean": mean,
        "standard_deviation": spread,
        "background": background,
        "measured_px": int(measured.size),
    }
    return Normalised(
        values=values,
        record=record | density.record | statistics,
        flags=(*regions.flags, *density.flags),
    )
