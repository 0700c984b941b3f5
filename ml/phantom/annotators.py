"""Simulated people who mark BAC on a phantom: an expert, and a third-party annotator who errs.

The third-party annotator's habits follow the counts of a published comparison of third-party and expert
annotations: false segments on 85 % of images, missed ones on a quarter.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.phantom import Phantom
from ml.phantom.strokes import Curve, curve_length_px, stroke_around

Mask = NDArray[np.bool_]

EXPERT_WIDTH_MM, EXPERT_WIDTH_SPREAD_MM, EXPERT_JITTER_MM = 2.1, 0.2, 0.1
BRUSH_WIDTH_MM = (1.2, 2.8)
JITTER_MM = 0.2
MISSED, SHORTENED = 0.09, 0.30
FALSE_SEGMENTS = 1.9
# What a false segment lies on, and how often.
FALSE_KINDS = ("speck", "strand", "vessel", "edge", "scar")
FALSE_SHARES = (0.45, 0.25, 0.12, 0.13, 0.05)
MARKED_SPECKS, DOT_RADIUS_MM = 0.6, (0.4, 1.2)


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
    random = np.random.default_rng([phantom.seed, 1_000_003])
    mask = np.zeros(phantom.breast.shape, dtype=bool)
    for line in phantom.bac_lines:
        width_mm = max(1.0, random.normal(EXPERT_WIDTH_MM, EXPERT_WIDTH_SPREAD_MM))
        _paint(mask, _beside(line, EXPERT_JITTER_MM, phantom, random), width_mm, phantom)
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
        Some true segments are missing or cut short; false ones lie on specks, strands, vessels without
        calcium, borders of dense tissue and scars.

    References
    ----------
    .. [1] "Label correction of breast arterial calcification annotations", 2022: counts of changed segments.
    """
    random = np.random.default_rng([seed, phantom.seed, 7])
    mask = np.zeros(phantom.breast.shape, dtype=bool)
    for line in phantom.bac_lines:
        if random.random() < MISSED * level:
            continue
        stroke = _shortened(line, phantom, random) if random.random() < SHORTENED * level else line
        _paint(mask, _beside(stroke, JITTER_MM, phantom, random), random.uniform(*BRUSH_WIDTH_MM), phantom)
    for _ in range(int(random.poisson(FALSE_SEGMENTS * level))):
        _add_false(mask, str(random.choice(FALSE_KINDS, p=FALSE_SHARES)), phantom, random)
    return mask & phantom.breast


def _add_false(mask: Mask, kind: str, phantom: Phantom, random: Generator) -> None:
    if kind == "speck":
        for centre in phantom.speck_centres:
            if random.random() < MARKED_SPECKS:
                _paint(mask, np.vstack([centre, centre]), 2 * random.uniform(*DOT_RADIUS_MM), phantom)
        return
    lines = {
        "strand": phantom.strand_lines,
        "vessel": phantom.vessel_lines,
        "edge": phantom.edge_lines,
        "scar": phantom.scar_lines,
    }[kind]
    if lines:
        line = lines[int(random.integers(len(lines)))]
        piece = _piece(line, random.uniform(6, 25) / phantom.pixel_spacing_mm, random)
        _paint(mask, _beside(piece, JITTER_MM, phantom, random), random.uniform(*BRUSH_WIDTH_MM), phantom)


def _paint(mask: Mask, line: Curve, width_mm: float, phantom: Phantom) -> None:
    stroke = stroke_around(line, width_mm / 2 / phantom.pixel_spacing_mm, mask.shape)
    mask[stroke.rows, stroke.columns] = True


def _beside(line: Curve, jitter_mm: float, phantom: Phantom, random: Generator) -> Curve:
    return line + random.normal(0, jitter_mm / phantom.pixel_spacing_mm, 2)


def _shortened(line: Curve, phantom: Phantom, random: Generator) -> Curve:
    """Take 4 to 12 mm off one end, but leave at least the last millimetre."""
    length_mm = curve_length_px(line) * phantom.pixel_spacing_mm
    kept = max(length_mm - random.uniform(4, 12), 1.0) / max(length_mm, 1.0)
    count = max(2, int(kept * len(line)))
    return line[:count] if random.random() < 0.5 else line[-count:]


def _piece(line: Curve, length_px: float, random: Generator) -> Curve:
    total_px = curve_length_px(line)
    count = max(2, int(len(line) * min(1.0, length_px / max(total_px, 1.0))))
    start = int(random.integers(0, len(line) - count + 1)) if len(line) > count else 0
    return line[start : start + count]
