"""Calcification of known length planted in a mammogram of anybody, so that reading it can be measured."""

from dataclasses import dataclass, replace
from functools import cached_property, reduce

import cv2
import numpy as np
import scipy.fft
from numpy.random import Generator
from numpy.typing import NDArray

from ml.errors import PhantomRequestError
from ml.masks import Runs, polyline, to_dense, to_dense_crop, union
from ml.phantom.curves import Curve, length_of, steps_of
from ml.phantom.deposits import ACROSS_PX, deposit_along, steps_across
from ml.phantom.detector import MTF_HALF_PER_MM
from ml.phantom.objects import disc_profile, plaque_grains
from ml.physics import MAD_TO_SIGMA, Signal, beam_of, pixel_size_of, read_signal
from ml.physics.padding import is_padding
from ml.types import Acquisition

# Raised whenever the same request would give other pixels.
PLANTING_VERSION = 1
# Attenuation of blood over that of the fat it replaces, at the 20 keV that most photons of a beam have about.
BLOOD_PER_MM = 0.04
# Nothing changes farther from the path than this beyond the vessel: the tail of the blur.
TAIL_MM = 0.6
WALL_MM = 0.17
# A vessel does not begin at once: its blood fades over so much of either end. Its mineral does not.
FADING_MM = 3.0
STEP_MM = 0.1
# Share of mineral at which an image for presentation gets one `contrast`.
USUAL_SHARE = 0.3
MARGIN_PX = 24
RING_MM = 2.5
FINE_DETAIL_PX = 1.5


@dataclass(frozen=True, kw_only=True)
class PlantedSegment:
    """What is planted along one path.

    Attributes
    ----------
    path : ndarray of float64, shape (n, 2)
        (row, column) of points along its centre line, pixel centres at halves.
    radius_mm : float
        Of the vessel, outside, 0.3 to 2.
    share : float
        Of the wall's cross-section that is mineral, above 0 to 1.
    contrast : float
        Of an image whose grey levels are no attenuation: height of the mean profile at a share of 0.3, in
        robust standard deviations of its surroundings.
    """

    path: Curve
    radius_mm: float = 0.9
    share: float = USUAL_SHARE
    contrast: float = 3.0


@dataclass(frozen=True, kw_only=True)
class Planted:
    """An image with calcification planted in it.

    Attributes
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values; farther from every path than the vessel and the tail of the blur they are as they
        were.
    mask : Runs
        What a perfect reader would mark: each vessel in its full width.
    lengths_mm : tuple of float
        Of each path.
    """

    pixels: NDArray[np.uint16]
    mask: Runs
    lengths_mm: tuple[float, ...]


def plant_segments(
    pixels: NDArray[np.uint16], acquisition: Acquisition, segments: list[PlantedSegment], *, seed: int
) -> Planted:
    """Plant calcified stretches of vessels in an image.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values; not changed.
    acquisition : Acquisition
        What the header says; the pixel spacing must be known.
    segments : list of PlantedSegment
        What is planted; one or more, of two points or more each, inside the image.
    seed : int
        Of grains and noise; the same request gives the same pixels.

    Returns
    -------
    Planted
        The image and what is now true of it.

    Raises
    ------
    PhantomRequestError
        If nothing is to be planted, a path leaves the image or has no length, a number is out of its range,
        or the pixel spacing is not known.

    Notes
    -----
    Mineral of thickness t along the ray lowers the primary energy at the detector by the factor
    exp(-mu t), and scatter dilutes that; on the scale of b = -ln(energy) it adds

        d = (mu_mineral t_mineral + mu_blood t_blood) / (1 + SPR),

    with mu and the scatter-to-primary ratio of the header's beam (see `ml.physics.beam_of`). The profile is
    that of a wall of 0.17 mm around a vessel, in grains, blurred by an MTF of 1 / (1 + (f / 2.4 per mm)^2) as
    in `ml.phantom.detector`. Fewer photons are noisier: with a deviation s of b before, s exp(d / 2) belongs
    to what is left, so noise of deviation s sqrt(exp(d) - 1) with the same blur is added. On an image that is
    no map of attenuation, d is a profile of the height that `contrast` asks for, and no noise is added. What
    is planted does not move tissue: a vessel in the place of fat is all that is new.
    """
    spacing_mm = _check(pixels, acquisition, segments)
    exposure = _Exposure(
        signal=read_signal(pixels, acquisition),
        acquisition=acquisition,
        spacing_mm=spacing_mm,
        random=np.random.default_rng([seed, 90]),
    )
    planted = pixels.copy()
    for segment in segments:
        _plant(planted, segment, exposure)
    return Planted(
        pixels=planted,
        mask=reduce(union, [_vessel(planted.shape, segment, spacing_mm) for segment in segments]),
        lengths_mm=tuple(length_of(segment.path) * spacing_mm for segment in segments),
    )


def make_distinct(pixels: NDArray[np.uint16], acquisition: Acquisition, *, seed: int) -> NDArray[np.uint16]:
    """Copy an image so that it is not the same file, and yet shows the same.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values; not changed.
    acquisition : Acquisition
        What the header says.
    seed : int
        Where.

    Returns
    -------
    ndarray of uint16, shape (rows, columns)
        One pixel is one grey level away from what it was, less than the noise of any detector.
    """
    random = np.random.default_rng([seed, 92])
    copy = pixels.copy()
    # Where there is signal: in empty air a single level might be told from padding.
    bright = np.argwhere(pixels[::8, ::8] != np.median(pixels[::8, ::8])) * 8
    row, column = bright[random.integers(len(bright))] if len(bright) else (0, 0)
    highest = 2 ** int(np.clip(acquisition.bits_stored, 1, 16)) - 1
    copy[row, column] = copy[row, column] + 1 if copy[row, column] < highest else highest - 1
    return copy


@dataclass(frozen=True, kw_only=True)
class _Exposure:
    """How the image at hand came to be, and where chance comes from."""

    signal: Signal
    acquisition: Acquisition
    spacing_mm: float
    random: Generator

    @cached_property
    def _scale(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return brightness and stored value of the whole scale, the darkest first."""
        stored = np.arange(2 ** int(np.clip(self.acquisition.bits_stored, 1, 16)))
        stored = stored[~is_padding(stored, self.acquisition)]
        brightness = self.signal.brightness[stored].astype(np.float64)
        order = np.argsort(brightness, kind="stable")
        return brightness[order], stored[order].astype(np.float64)

    def to_stored(self, brightness: NDArray[np.float64]) -> NDArray[np.uint16]:
        """Return the stored value that comes nearest to each brightness."""
        return np.rint(np.interp(brightness, *self._scale)).astype(np.uint16)


def _check(pixels: NDArray[np.uint16], acquisition: Acquisition, segments: list[PlantedSegment]) -> float:
    """Return the side of a pixel in mm."""
    if not segments:
        raise PhantomRequestError("Nothing is to be planted; give one segment or more.")
    for segment in segments:
        _check_segment(segment, pixels.shape)
    return square_pixel_mm(acquisition)


def square_pixel_mm(acquisition: Acquisition) -> float:
    """Return the side of a pixel as lengths count it.

    Parameters
    ----------
    acquisition : Acquisition
        What the header says.

    Returns
    -------
    float

    Raises
    ------
    PhantomRequestError
        If it is not known, or pixels are not square.
    """
    spacing_mm = pixel_size_of(acquisition).spacing_mm
    if spacing_mm is None:
        raise PhantomRequestError("A length can be planted only where the size of a pixel is known.")
    if not np.isclose(*spacing_mm, rtol=1e-3):
        raise PhantomRequestError(
            f"Pixels of {spacing_mm[0]} x {spacing_mm[1]} mm are not square; planting needs that."
        )
    return float(spacing_mm[0])


def _check_segment(segment: PlantedSegment, shape: tuple[int, ...]) -> None:
    path = segment.path
    if path.ndim != 2 or path.shape[1] != 2 or len(path) < 2 or length_of(path) == 0:
        raise PhantomRequestError("A path needs two points or more, and a length.")
    if (path < 0).any() or (path > np.array(shape)).any():
        raise PhantomRequestError(f"A path leaves the image of {shape[0]} x {shape[1]} pixels.")
    ranges = {"radius_mm": (0.3, 2.0), "share": (0.01, 1.0), "contrast": (0.1, 50.0)}
    for name, (low, high) in ranges.items():
        if not low <= getattr(segment, name) <= high:
            raise PhantomRequestError(f"{name} is {getattr(segment, name)}; give {low} to {high}.")


def _plant(pixels: NDArray[np.uint16], segment: PlantedSegment, exposure: _Exposure) -> None:
    """Change the pixels around one path in place."""
    reach_mm = segment.radius_mm + TAIL_MM
    box = _box(segment.path, reach_mm / exposure.spacing_mm + MARGIN_PX, pixels.shape)
    crop = np.s_[box[0] : box[2], box[1] : box[3]]
    brightness = exposure.signal.look_up(pixels[crop]).astype(np.float64)
    here = replace(segment, path=segment.path - box[:2])
    if exposure.signal.mode == "physical":
        added = _attenuation(here, brightness.shape, exposure)
        added += _missing_noise(brightness, added, exposure)
    else:
        added = _relative_profile(here, brightness, exposure)
    near = to_dense_crop(_vessel(pixels.shape, segment, exposure.spacing_mm, reach_mm), box)
    pixels[crop] = np.where(near, exposure.to_stored(brightness + added), pixels[crop])


def _attenuation(segment: PlantedSegment, shape: tuple[int, ...], exposure: _Exposure) -> NDArray[np.float64]:
    beam = beam_of(exposure.acquisition)
    mineral_mm, blood_mm = _thickness(segment, shape, exposure)
    added = beam.mu_calc_per_mm * mineral_mm + BLOOD_PER_MM * blood_mm
    return _blurred(added, exposure.spacing_mm) / (1 + beam.scatter_to_primary_ratio)


def _relative_profile(
    segment: PlantedSegment, brightness: NDArray[np.float64], exposure: _Exposure
) -> NDArray[np.float64]:
    shape, spacing_mm = brightness.shape, exposure.spacing_mm
    inside = to_dense(_vessel(shape, segment, spacing_mm))
    around = to_dense(_vessel(shape, segment, spacing_mm, segment.radius_mm + RING_MM)) & ~inside
    detail = brightness - cv2.GaussianBlur(brightness, (0, 0), RING_MM / spacing_mm)
    # At least a grey level, or nothing would show on a flat image.
    spread = max(_deviation(detail[around]), 1.0)
    height = segment.contrast * segment.share / USUAL_SHARE * spread
    mineral_mm, _blood_mm = _thickness(segment, shape, exposure)
    return _blurred(mineral_mm * height / mineral_mm[inside].mean(), spacing_mm)


def _thickness(
    segment: PlantedSegment, shape: tuple[int, ...], exposure: _Exposure
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return mineral and blood along the ray in mm."""
    mineral, blood = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    spacing_mm, radius_mm = exposure.spacing_mm, segment.radius_mm
    curve = _resampled(segment.path, STEP_MM / spacing_mm)
    radius_px = np.full(len(curve), radius_mm / spacing_mm)
    across = steps_across(float(radius_px[0]))
    inner_mm = radius_mm - min(WALL_MM, 0.5 * radius_mm)
    wall = disc_profile(across) - disc_profile(across, inner_mm / radius_mm)
    grains = plaque_grains(len(curve), across, across * ACROSS_PX * spacing_mm, exposure.random)
    # Volumes count in mm times square pixels.
    steps = steps_of(curve) / spacing_mm
    wall_mm2 = np.pi * (radius_mm**2 - inner_mm**2)
    deposit_along(mineral, curve, radius_px, segment.share * wall_mm2 * steps, wall, grains=grains)
    way_px = np.append(0, np.cumsum(steps_of(curve)[:-1]))
    fade = np.clip(np.minimum(way_px, way_px[-1] - way_px) * spacing_mm / FADING_MM, 0, 1)
    deposit_along(blood, curve, radius_px, np.pi * inner_mm**2 * fade * steps, disc_profile(across))
    return mineral, blood


def _missing_noise(
    brightness: NDArray[np.float64], added: NDArray[np.float64], exposure: _Exposure
) -> NDArray[np.float64]:
    """Return what has to be added to the noise of more photons to make it that of fewer."""
    white = exposure.random.standard_normal(brightness.shape)
    noise = _blurred(white, exposure.spacing_mm)
    noise *= _deviation(_fine_detail(brightness)) / _deviation(_fine_detail(noise))
    return noise * np.sqrt(np.expm1(np.maximum(added, 0)))


def _fine_detail(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values - cv2.GaussianBlur(values, (0, 0), FINE_DETAIL_PX)


def _deviation(values: NDArray[np.float64]) -> float:
    """Return the standard deviation by the median of deviations, which strokes and edges hardly change."""
    return MAD_TO_SIGMA * float(np.median(np.abs(values - np.median(values))))


def _blurred(field: NDArray, spacing_mm: float) -> NDArray[np.float64]:
    """Blur as the detector does; the margin of the crop keeps opposite edges apart."""
    rows, columns = field.shape
    vertical = np.fft.fftfreq(rows, spacing_mm)[:, None]
    horizontal = np.fft.rfftfreq(columns, spacing_mm)[None, :]
    transfer = 1 / (1 + (vertical**2 + horizontal**2) / MTF_HALF_PER_MM**2)
    return scipy.fft.irfft2(scipy.fft.rfft2(field.astype(np.float64)) * transfer, s=field.shape)


def _resampled(path: Curve, step_px: float) -> Curve:
    at = np.append(0, np.cumsum(steps_of(path)[:-1]))
    wanted = np.linspace(0, at[-1], max(2, round(at[-1] / step_px) + 1))
    return np.column_stack([np.interp(wanted, at, path[:, axis]) for axis in (0, 1)])


def _box(path: Curve, reach_px: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    low = np.maximum(np.floor(path.min(axis=0) - reach_px), 0).astype(int)
    high = np.minimum(np.ceil(path.max(axis=0) + reach_px) + 1, shape).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _vessel(
    shape: tuple[int, ...], segment: PlantedSegment, spacing_mm: float, radius_mm: float | None = None
) -> Runs:
    """Return what lies within a distance of the path, its own radius where none is given."""
    width_px = 2 * (segment.radius_mm if radius_mm is None else radius_mm) / spacing_mm
    return polyline(shape[0], shape[1], [(row, column) for row, column in segment.path], width_px)
