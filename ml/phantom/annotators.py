"""Simulated people who mark BAC on a phantom: an expert, and a third-party annotator who errs.

How often the annotator errs follows the counts of a published comparison of third-party and expert
annotations: false segments on 84.6 % of images, missed ones on 24.9 %, and 14.2 % right as they were.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.masks import polyline, to_dense
from ml.phantom.curves import Curve, length_of
from ml.phantom.phantom import Phantom

Mask = NDArray[np.bool_]

EXPERT_WIDTH_MM, EXPERT_WIDTH_SPREAD_MM, EXPERT_JITTER_MM = 2.1, 0.2, 0.1
BRUSH_WIDTH_MM, JITTER_MM = (1.2, 2.8), 0.2
# Mean number; so many leave 15.4 % of images without any.
FALSE_SEGMENTS = 1.87
# How often an image has a missed segment: few where nothing false was marked either, for care goes together.
# The three published shares give 7.8 % and 28 %.
OVERLOOKS_WHEN_CAREFUL, OVERLOOKS_WHEN_CARELESS = 0.078, 0.28
# Then this share of its segments, and one at least: a segment is missed with a probability of .09 in all.
MISSED_OF_OVERLOOKED = 0.3
CUT_SHARE, CUT_MM = 0.30, (4.0, 12.0)
SHORTEST_PIECE_MM = 1.0
# What a false segment lies on, and how often where all are there: a scar, which one breast in four has, comes
# to 5 % in all.
FALSE_KINDS = {"speck": 0.45, "strand": 0.25, "vessel": 0.12, "edge": 0.13, "scar": 0.2}
FALSE_LENGTH_MM = (6.0, 25.0)
MARKED_SPECKS, DOT_RADIUS_MM, CLUSTER_REACH_MM, BLOB_SHARE = 0.6, (0.4, 1.2), 8.0, 0.3
OVER_EXTENSION_MM = (1.0, 4.0)
# Points of a stroke; finer steps would not change a pixel of 0.05 mm.
STROKE_STEP_PX = 1.0


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How an annotator works.

    Attributes
    ----------
    level : float
        How often errors happen: 0 none, 1 as published, 2 twice as often.
    over_extension : float
        Share of strokes that go on for 1 to 4 mm past an end of what they mark.
    polygon_step_mm : float
        Distance between the corners of strokes made of straight pieces; 0 draws smooth ones.
    shift_mm : float
        Standard deviation of a shift of all strokes of an image, in either direction.
    swap : float
        How often the mask belongs to another image, where one is given.
    """

    level: float = 1.0
    over_extension: float = 0.0
    polygon_step_mm: float = 0.0
    shift_mm: float = 0.0
    swap: float = 0.0


# All that goes wrong in practice, at our own guesses of how often.
UNTIDY = Habits(over_extension=0.3, polygon_step_mm=3.0, shift_mm=0.3, swap=0.002)


@dataclass(frozen=True)
class ThirdPartyLabel:
    """A mask, and what is wrong with it.

    Attributes
    ----------
    mask : ndarray of bool, shape (rows, columns)
        What was painted.
    false_kinds : tuple of str
        What each false segment lies on: "speck", "strand", "vessel", "edge" or "scar".
    segments, missed : int
        Visibly calcified stretches, and how many of them are not painted.
    is_swapped : bool
        Whether the mask belongs to another image.
    """

    mask: Mask
    false_kinds: tuple[str, ...]
    segments: int
    missed: int
    is_swapped: bool = False


def expert_mask(phantom: Phantom) -> Mask:
    """Paint every visibly calcified stretch, and nothing else.

    Parameters
    ----------
    phantom : Phantom
        The image with its truth.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
        Strokes of 2.1 +- 0.2 mm, 0.1 mm beside the centre line at most times; the same for the same phantom.
    """
    chance = np.random.default_rng([phantom.seed, 1_000_003])
    mask = np.zeros(phantom.breast.shape, dtype=bool)
    for line in phantom.bac_lines:
        width_mm = max(1.0, chance.normal(EXPERT_WIDTH_MM, EXPERT_WIDTH_SPREAD_MM))
        _paint(mask, line + _jitter(EXPERT_JITTER_MM, phantom, chance), width_mm, phantom)
    return mask & phantom.breast


def third_party_mask(phantom: Phantom, seed: int, *, level: float = 1.0) -> Mask:
    """Paint as an annotator without radiological training does.

    Parameters
    ----------
    phantom : Phantom
        The image with its truth.
    seed : int
        Which annotator, or which day; the same seed gives the same mask.
    level : float
        How often errors happen: 0 none, 1 as published, 2 twice as often.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
        The mask of `third_party_label` with smooth strokes.
    """
    return third_party_label(phantom, seed, habits=Habits(level=level)).mask


def third_party_label(
    phantom: Phantom, seed: int, *, habits: Habits | None = None, other: Phantom | None = None
) -> ThirdPartyLabel:
    """Paint as an annotator without radiological training does, and say what is wrong with it.

    Parameters
    ----------
    phantom : Phantom
        The image with its truth.
    seed : int
        Which annotator, or which day; the same seed gives the same label.
    habits : Habits, optional
        How the annotator works; smooth strokes with errors as often as published by default.
    other : Phantom, optional
        An image of the same size, whose label may be given by mistake.

    Returns
    -------
    ThirdPartyLabel
        Some true segments are missing or cut; false ones lie on specks, strands, vessels without calcium,
        borders of dense tissue and scars.

    References
    ----------
    .. [1] The published label-correction method (2022): counts of images with false and missed segments.
    """
    habits = habits or Habits()
    chance = np.random.default_rng([seed, phantom.seed, 7])
    if other is not None and chance.random() < habits.swap:
        label = third_party_label(other, seed, habits=habits)
        return ThirdPartyLabel(label.mask, label.false_kinds, label.segments, label.missed, is_swapped=True)
    mask = np.zeros(phantom.breast.shape, dtype=bool)
    shift = _jitter(habits.shift_mm, phantom, chance)

    def paint(line: Curve, width_mm: float) -> None:
        stroke = line + shift + _jitter(JITTER_MM, phantom, chance)
        _paint(mask, _as_drawn(stroke, habits, phantom, chance), width_mm, phantom)

    wanted = int(chance.poisson(FALSE_SEGMENTS * habits.level))
    missed = _missed(len(phantom.bac_lines), habits.level, chance, is_careful=wanted == 0)
    for index, line in enumerate(phantom.bac_lines):
        if index in missed:
            continue
        width_mm = chance.uniform(*BRUSH_WIDTH_MM)
        is_cut = chance.random() < CUT_SHARE * habits.level
        for piece in _cut(line, phantom, chance) if is_cut else [line]:
            paint(piece, width_mm)
    kinds = tuple(_add_false(paint, phantom, chance) for _ in range(wanted))
    return ThirdPartyLabel(
        mask & phantom.breast, tuple(kind for kind in kinds if kind), len(phantom.bac_lines), len(missed)
    )


def _missed(segments: int, level: float, chance: Generator, *, is_careful: bool) -> set[int]:
    overlooks = OVERLOOKS_WHEN_CAREFUL if is_careful else OVERLOOKS_WHEN_CARELESS
    if segments == 0 or chance.random() >= overlooks * level:
        return set()
    missed = set(np.flatnonzero(chance.random(segments) < MISSED_OF_OVERLOOKED).tolist())
    return missed or {int(chance.integers(segments))}


def _add_false(paint: Callable[[Curve, float], None], phantom: Phantom, chance: Generator) -> str:
    """Paint one false segment on something that the image has, and say on what; "" if it has nothing."""
    lines = {
        "strand": phantom.strand_lines,
        "vessel": phantom.vessel_lines,
        "edge": phantom.edge_lines,
        "scar": phantom.scar_lines,
    }
    there = {"speck": len(phantom.speck_centres), **{kind: len(found) for kind, found in lines.items()}}
    shares = np.array([FALSE_KINDS[kind] if there[kind] else 0.0 for kind in FALSE_KINDS])
    if not shares.any():
        return ""
    kind = str(chance.choice(list(FALSE_KINDS), p=shares / shares.sum()))
    if kind == "speck":
        _mark_specks(paint, phantom, chance)
    else:
        line = lines[kind][int(chance.integers(there[kind]))]
        piece = _piece(line, chance.uniform(*FALSE_LENGTH_MM) / phantom.pixel_spacing_mm, chance)
        paint(piece, chance.uniform(*BRUSH_WIDTH_MM))
    return kind


def _mark_specks(paint: Callable[[Curve, float], None], phantom: Phantom, chance: Generator) -> None:
    """Mark a speck and its neighbours one by one, or all of them as one blob."""
    centres = phantom.speck_centres
    chosen = int(chance.integers(len(centres)))
    away_mm = np.hypot(*(centres - centres[chosen]).T) * phantom.pixel_spacing_mm
    near = centres[away_mm <= CLUSTER_REACH_MM]
    if len(near) > 2 and chance.random() < BLOB_SHARE:
        spread_mm = float(near.std(axis=0).mean()) * phantom.pixel_spacing_mm
        paint(near.mean(axis=0)[None], 2 * max(spread_mm, DOT_RADIUS_MM[1]))
        return
    is_marked = chance.random(len(near)) < MARKED_SPECKS
    for centre in near[is_marked] if is_marked.any() else centres[chosen : chosen + 1]:
        paint(centre[None], 2 * chance.uniform(*DOT_RADIUS_MM))


def _paint(mask: Mask, line: Curve, width_mm: float, phantom: Phantom) -> None:
    step = max(1, int((len(line) - 1) / max(length_of(line) / STROKE_STEP_PX, 1)))
    points = np.vstack([line[::step], line[-1:]])
    rows, columns = mask.shape
    mask |= to_dense(polyline(rows, columns, points.tolist(), width_mm / phantom.pixel_spacing_mm))


def _jitter(spread_mm: float, phantom: Phantom, chance: Generator) -> NDArray[np.float64]:
    return chance.normal(0, 1, 2) * spread_mm / phantom.pixel_spacing_mm


def _as_drawn(line: Curve, habits: Habits, phantom: Phantom, chance: Generator) -> Curve:
    """Carry on past the end, and cut corners, as the habits say."""
    # Drawn in any case, so that other habits of the same seed make the same errors.
    goes_on = chance.random() < habits.over_extension
    on_px = chance.uniform(*OVER_EXTENSION_MM) / phantom.pixel_spacing_mm
    if len(line) > 1 and goes_on:
        back = line[-min(len(line), 20)]
        way = (line[-1] - back) / max(float(np.hypot(*(line[-1] - back))), 1e-6)
        line = np.vstack([line, line[-1] + way * on_px])
    if len(line) > 2 and habits.polygon_step_mm > 0:
        corners = max(2, round(length_of(line) * phantom.pixel_spacing_mm / habits.polygon_step_mm) + 1)
        line = line[np.linspace(0, len(line) - 1, corners).astype(int)]
    return line


def _cut(line: Curve, phantom: Phantom, chance: Generator) -> list[Curve]:
    """Take a stretch of 4 to 12 mm out of a line that is longer; the pieces are 1 mm or more."""
    points_in_mm = (len(line) - 1) / max(length_of(line) * phantom.pixel_spacing_mm, 1e-6)
    lost = int(chance.uniform(*CUT_MM) * points_in_mm)
    least = int(SHORTEST_PIECE_MM * points_in_mm) + 2
    if len(line) < lost + least:
        return [line]
    start = int(chance.integers(0, len(line) - lost + 1))
    pieces = [piece for piece in (line[:start], line[start + lost :]) if len(piece) >= least]
    return pieces or [line]


def _piece(line: Curve, length_px: float, chance: Generator) -> Curve:
    count = max(2, int(len(line) * min(1.0, length_px / max(length_of(line), 1.0))))
    start = int(chance.integers(0, len(line) - count + 1)) if len(line) > count else 0
    return line[start : start + count]
