"""Draw vessels, fibres and calcifications of an anatomy into the layers of one view."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.anatomy import Anatomy
from ml.phantom.calcifications import RIM_MINERAL, ROD_MINERAL, SPECK_MINERAL, Calcifications, Rim, Speck
from ml.phantom.curves import Curve, pieces_where, steps_of
from ml.phantom.deposits import ACROSS_PX, deposit_along, steps_across
from ml.phantom.fibres import Fibre
from ml.phantom.pose import Pose
from ml.phantom.vessels import STEP_MM, Plaque, Vessel

# Of a fibre's length, at either end.
FADING_SHARE = 0.2
# Size of the grains of plaque, and how much they differ.
GRAIN_MM, GRAIN_DEVIATION = 0.16, 0.65

Layer = NDArray[np.float32]


@dataclass(frozen=True)
class Objects:
    """Fine objects of one view, each as thickness along the ray in mm, shape (rows, columns).

    Attributes
    ----------
    blood_mm, fibre_mm : ndarray of float32
        Vessels, and dense tissue of strands and scars.
    bac_mm : ndarray of float32
        Hydroxyapatite in artery walls.
    apatite_mm, oxalate_mm : ndarray of float32
        Mineral of all other calcifications, by kind.
    """

    blood_mm: Layer
    fibre_mm: Layer
    bac_mm: Layer
    apatite_mm: Layer
    oxalate_mm: Layer


def draw_objects(anatomy: Anatomy, pose: Pose, shape: tuple[int, int], random: Generator) -> Objects:
    """Project the fine objects of a breast.

    Parameters
    ----------
    anatomy : Anatomy
        The breast.
    pose : Pose
        From where it is seen.
    shape : tuple of int
        (rows, columns) of the image.
    random : Generator
        The only source of chance, for the grains of plaque.

    Returns
    -------
    Objects
        Volumes of blood and mineral are those of the anatomy, whatever the pose, but for what falls outside
        the image.
    """
    drawn = Objects(*(np.zeros(shape, dtype=np.float32) for _ in range(5)))
    for vessel, plaque in zip(anatomy.vessels, anatomy.plaques, strict=True):
        _draw_vessel(drawn, vessel, plaque, pose, random)
    for fibre in anatomy.fibres:
        _draw_fibre(drawn.fibre_mm, fibre, pose)
    _draw_calcifications(drawn, anatomy.calcifications, pose)
    return drawn


def _draw_vessel(drawn: Objects, vessel: Vessel, plaque: Plaque, pose: Pose, random: Generator) -> None:
    curve = pose.seen(vessel.points_mm)
    radius_px = vessel.radius_mm / pose.pixel_spacing_mm
    across = steps_across(float(radius_px.max()))
    steps_px = steps_of(vessel.points_mm) / pose.pixel_spacing_mm**2
    deposit_along(
        drawn.blood_mm, curve, radius_px, np.pi * vessel.radius_mm**2 * steps_px, disc_profile(across)
    )
    if plaque.share.any():
        inner_mm = vessel.radius_mm - vessel.wall_mm
        wall_mm2 = np.pi * (vessel.radius_mm**2 - inner_mm**2)
        profile = disc_profile(across) - disc_profile(across, float((inner_mm / vessel.radius_mm).mean()))
        grains = plaque_grains(len(curve), across, across * ACROSS_PX * pose.pixel_spacing_mm, random)
        deposit_along(
            drawn.bac_mm, curve, radius_px, wall_mm2 * plaque.share * steps_px, profile, grains=grains
        )


def plaque_grains(points: int, across: int, width_mm: float, random: Generator) -> NDArray[np.float64]:
    """Return how coarse-grained a wall is: a factor of mean about 1 along and across, finer than a vessel.

    Parameters
    ----------
    points, across : int
        Points along the vessel, `STEP_MM` apart, and steps across it.
    width_mm : float
        Of the vessel.
    random : Generator
        The only source of chance.

    Returns
    -------
    grains : ndarray of float64, shape (points, across)
        0.05 to 3.
    """
    noise = random.standard_normal((points, across), dtype=np.float32)
    sigma_across = max(GRAIN_MM * across / width_mm, 0.3)
    smooth = cv2.GaussianBlur(noise, (0, 0), sigmaX=sigma_across, sigmaY=GRAIN_MM / STEP_MM)
    return np.clip(1 + GRAIN_DEVIATION * smooth / smooth.std(), 0.05, 3).astype(np.float64)


def disc_profile(across: int, radius: float = 1.0) -> NDArray[np.float64]:
    """Return the mean chord of a disc in each of `across` steps from -1 to 1.

    Parameters
    ----------
    across : int
        Number of steps.
    radius : float
        Of the disc, 0 to 1.

    Returns
    -------
    chord : ndarray of float64, shape (across,)
    """
    offset = (np.arange(8 * across) + 0.5) / (8 * across) * 2 - 1
    chord = np.sqrt(np.maximum(radius**2 - offset**2, 0))
    return chord.reshape(across, 8).mean(axis=1)


def _draw_fibre(layer: Layer, fibre: Fibre, pose: Pose) -> None:
    curve = pose.seen(fibre.points_mm)
    half_width_px = np.full(len(curve), 3 * fibre.sigma_mm / pose.pixel_spacing_mm)
    # A fibre is as deep in every view: it stands for a narrow sheet seen edge-on.
    area = fibre.depth_mm * math.sqrt(2 * math.pi) * fibre.sigma_mm / pose.pixel_spacing_mm
    # Fades in and out over its ends.
    place = np.linspace(0, 1, len(curve))
    volume = area * np.clip(np.minimum(place, 1 - place) / FADING_SHARE, 0, 1) * steps_of(curve)
    across = steps_across(float(half_width_px[0]))
    offset = (np.arange(across) + 0.5) / across * 2 - 1
    deposit_along(layer, curve, half_width_px, volume, np.exp(-0.5 * (3 * offset) ** 2))


def _draw_calcifications(drawn: Objects, calcifications: Calcifications, pose: Pose) -> None:
    for speck in calcifications.specks:
        layer = drawn.oxalate_mm if speck.mineral == "CaOx" else drawn.apatite_mm
        _draw_speck(layer, speck, pose)
    for rim in calcifications.rims:
        _draw_rim(drawn.apatite_mm, rim, pose)
    for rod in calcifications.rods:
        radius_px = np.full(len(rod.points_mm), rod.radius_mm / pose.pixel_spacing_mm)
        volume = ROD_MINERAL * np.pi * rod.radius_mm**2 * steps_of(rod.points_mm) / pose.pixel_spacing_mm**2
        across = steps_across(float(radius_px[0]))
        deposit_along(drawn.apatite_mm, pose.seen(rod.points_mm), radius_px, volume, disc_profile(across))


def _draw_speck(layer: Layer, speck: Speck, pose: Pose) -> None:
    (centre,) = pose.seen(speck.centre_mm[None])
    axis = pose.matrix[:2] @ speck.axis * pose.pixel_spacing_mm
    flat = min(float(np.hypot(*axis)), 1.0)
    half_short_px = speck.diameter_mm / 2 / pose.pixel_spacing_mm
    half_long_px = half_short_px * math.sqrt((speck.elongation * flat) ** 2 + 1 - flat**2)
    angle = math.atan2(axis[0], axis[1])
    window = _window(centre, half_long_px + 1, layer.shape)
    if window is None:
        return
    down, across = _offsets(window, centre)
    along = across * math.cos(angle) + down * math.sin(angle)
    beside = down * math.cos(angle) - across * math.sin(angle)
    # Half a pixel more either way, so that a speck between pixel centres is not lost.
    rest = 1 - (along / (half_long_px + 0.5)) ** 2 - (beside / (half_short_px + 0.5)) ** 2
    _lay(
        layer,
        window,
        np.sqrt(np.maximum(rest, 0)),
        SPECK_MINERAL * np.pi / 6 * speck.diameter_mm**3 * speck.elongation / pose.pixel_spacing_mm**2,
    )


def _draw_rim(layer: Layer, rim: Rim, pose: Pose) -> None:
    (centre,) = pose.seen(rim.centre_mm[None])
    outer_px = rim.radius_mm / pose.pixel_spacing_mm
    inner_px = (rim.radius_mm - rim.wall_mm) / pose.pixel_spacing_mm
    window = _window(centre, outer_px + 1, layer.shape)
    if window is None:
        return
    down, across = _offsets(window, centre)
    squared = down**2 + across**2
    chord = np.sqrt(np.maximum(outer_px**2 - squared, 0)) - np.sqrt(np.maximum(inner_px**2 - squared, 0))
    volume_mm3 = RIM_MINERAL * 4 / 3 * np.pi * (rim.radius_mm**3 - (rim.radius_mm - rim.wall_mm) ** 3)
    _lay(layer, window, chord, volume_mm3 / pose.pixel_spacing_mm**2)


def _window(
    centre: NDArray[np.float64], reach_px: float, shape: tuple[int, ...]
) -> tuple[slice, slice] | None:
    low = np.maximum(np.floor(centre - reach_px).astype(int), 0)
    high = np.minimum(np.ceil(centre + reach_px).astype(int) + 1, shape)
    if (low >= high).any():
        return None
    return slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1]))


def _offsets(
    window: tuple[slice, slice], centre: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    down = np.arange(window[0].start, window[0].stop)[:, None] + 0.5 - centre[0]
    across = np.arange(window[1].start, window[1].stop)[None, :] + 0.5 - centre[1]
    return down, across


def _lay(layer: Layer, window: tuple[slice, slice], form: NDArray[np.float64], volume_px: float) -> None:
    total = form.sum()
    if total > 0:
        layer[window] += (form * (volume_px / total)).astype(np.float32)


def seen_lines(curves: list[Curve], pose: Pose, inside: NDArray[np.bool_]) -> list[Curve]:
    """Project curves and keep the pieces of 1 mm of the breast or more that lie inside the outline."""
    lines = []
    for curve in curves:
        seen = pose.seen(curve)
        lines += [
            seen[piece] for piece in pieces_where(_is_inside(seen, inside)) if piece.stop - piece.start > 1
        ]
    return lines


def _is_inside(curve: Curve, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    at = np.floor(curve).astype(int)
    in_image = (at >= 0).all(axis=1) & (at < inside.shape).all(axis=1)
    at = np.clip(at, 0, np.array(inside.shape) - 1)
    return in_image & inside[at[:, 0], at[:, 1]]
