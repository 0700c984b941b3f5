"""Readers with known errors, who mark the truth of phantoms: what an estimate of errors is tried on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ml.masks import Runs, empty, polyline, union
from ml.phantom import Phantom
from ml.phantom.curves import Curve, length_of

# Centre lines that are nearer belong to one segment: strokes of 2.8 mm beside each other still have a gap.
APART_MM = 5.0
LEAST_LENGTH_MM = 4.0
TEMPTING_LENGTH_MM = (6.0, 20.0)
TEMPTING_PER_IMAGE = 4
BAC, MICROCALCIFICATION = "bac", "microcalcification"
LABELS = (BAC, MICROCALCIFICATION)


@dataclass(frozen=True, kw_only=True)
class SimulatedReader:
    """How a reader errs.

    Attributes
    ----------
    name : str
        Who.
    sensitivity : float
        Probability of marking a true segment.
    false_mark : float
        Probability of marking a thing that looks like one; an image has four of them.
    confusion : float
        Probability that what she marks gets the other label.
    jitter_mm : float
        Standard deviation of a shift of each stroke, in either direction.
    width_mm : tuple of float
        Least and greatest width of her strokes.
    """

    name: str
    sensitivity: float
    false_mark: float
    confusion: float = 0.05
    jitter_mm: float = 0.15
    width_mm: tuple[float, float] = (1.2, 2.8)

    @property
    def false_per_image(self) -> float:
        """Return how many false segments she draws on an image, on average."""
        return self.false_mark * TEMPTING_PER_IMAGE


SEVEN_READERS = (
    SimulatedReader(name="reader-1", sensitivity=0.95, false_mark=0.03, confusion=0.02),
    SimulatedReader(name="reader-2", sensitivity=0.90, false_mark=0.05, confusion=0.05),
    SimulatedReader(name="reader-3", sensitivity=0.85, false_mark=0.10, confusion=0.05),
    SimulatedReader(name="reader-4", sensitivity=0.80, false_mark=0.08, confusion=0.10),
    SimulatedReader(name="reader-5", sensitivity=0.75, false_mark=0.20, confusion=0.10, jitter_mm=0.2),
    SimulatedReader(name="reader-6", sensitivity=0.70, false_mark=0.12, confusion=0.15),
    SimulatedReader(name="reader-7", sensitivity=0.60, false_mark=0.30, confusion=0.20, jitter_mm=0.2),
)


@dataclass(frozen=True)
class Scene:
    """What there is to mark on one image.

    Attributes
    ----------
    rows, columns : int
        Size of the image.
    pixel_spacing_mm : float
        Size of a pixel.
    true : tuple of (str, tuple of ndarray)
        Label and centre lines of each true segment; more than 5 mm between any two.
    tempting : tuple of ndarray
        Centre lines of what looks like one, as far from all else.
    """

    rows: int
    columns: int
    pixel_spacing_mm: float
    true: tuple[tuple[str, tuple[Curve, ...]], ...]
    tempting: tuple[Curve, ...]


def scene_of(phantom: Phantom) -> Scene:
    """Take from a phantom what there is to mark.

    Parameters
    ----------
    phantom : Phantom
        The image with its truth.

    Returns
    -------
    scene : Scene
        Every visibly calcified stretch of a vessel, those within 5 mm of each other as one segment, clusters
        of specks likewise, and four stretches of strands, vessels without calcium, borders and scars.
    """
    chance = np.random.default_rng([phantom.recipe.breast.seed, 1_000_007])
    spacing_mm = phantom.pixel_spacing_mm
    lines = [line for line in phantom.bac_lines if length_of(line) * spacing_mm >= LEAST_LENGTH_MM]
    true = [(BAC, group) for group in _groups(lines, spacing_mm)]
    specks = [centre[None] for centre in phantom.speck_centres]
    taken = [line for _, group in true for line in group]
    for group in _groups(specks, spacing_mm):
        if _is_apart(group, taken, spacing_mm):
            true.append((MICROCALCIFICATION, group))
            taken += group
    tempting: list[Curve] = []
    candidates = phantom.strand_lines + phantom.vessel_lines + phantom.edge_lines + phantom.scar_lines
    for number in chance.permutation(len(candidates)):
        piece = _piece(candidates[number], chance.uniform(*TEMPTING_LENGTH_MM) / spacing_mm, chance)
        is_long = length_of(piece) * spacing_mm >= LEAST_LENGTH_MM
        if is_long and _is_apart((piece,), taken + tempting, spacing_mm):
            tempting.append(piece)
        if len(tempting) == TEMPTING_PER_IMAGE:
            break
    rows, columns = phantom.breast.shape
    return Scene(rows, columns, spacing_mm, tuple(true), tuple(tempting))


def read_scene(scene: Scene, reader: SimulatedReader, *, seed: int) -> dict[str, Runs]:
    """Let a reader mark an image.

    Parameters
    ----------
    scene : Scene
        The image.
    reader : SimulatedReader
        Who marks it.
    seed : int
        Of the image and the reader: the same seed gives the same masks.

    Returns
    -------
    masks : dict of str to Runs
        One for each of `LABELS`, empty where she marked nothing.
    """
    chance = np.random.default_rng(seed)
    masks = {label: empty(scene.rows, scene.columns) for label in LABELS}
    things = [(label, lines, reader.sensitivity) for label, lines in scene.true]
    things += [(BAC, (line,), reader.false_mark) for line in scene.tempting]
    for label, lines, probability in things:
        # Drawn in any case, so that other rates of the same seed leave all else as it is.
        is_marked, is_confused = chance.random(2) < (probability, reader.confusion)
        width_px = chance.uniform(*reader.width_mm) / scene.pixel_spacing_mm
        shift = chance.normal(0, reader.jitter_mm, 2) / scene.pixel_spacing_mm
        if not is_marked:
            continue
        given = LABELS[1 - LABELS.index(label)] if is_confused else label
        for line in lines:
            masks[given] = union(masks[given], stroke_on(scene, line + shift, width_px))
    return masks


def stroke_on(scene: Scene, line: Curve, width_px: float) -> Runs:
    """Brush along a line.

    Parameters
    ----------
    scene : Scene
        The image.
    line : ndarray of float, shape (k, 2)
        (row, column) of its points.
    width_px : float
        Of the brush.

    Returns
    -------
    mask : Runs
    """
    points = line[:: max(1, int((len(line) - 1) / max(length_of(line), 1.0)))]
    return polyline(scene.rows, scene.columns, np.vstack([points, line[-1:]]).tolist(), width_px)


def _groups(lines: Sequence[Curve], spacing_mm: float) -> list[tuple[Curve, ...]]:
    """Put lines together that are nearer to each other than 5 mm."""
    near = np.zeros((len(lines), len(lines)), dtype=bool)
    for one, line in enumerate(lines):
        for other in range(one):
            near[one, other] = not _is_apart((line,), [lines[other]], spacing_mm)
    count, of_line = connected_components(near, directed=False)
    return [
        tuple(line for line, group in zip(lines, of_line, strict=True) if group == number)
        for number in range(count)
    ]


def _is_apart(group: Sequence[Curve], others: Sequence[Curve], spacing_mm: float) -> bool:
    if not others:
        return True
    nearest, _ = cKDTree(np.vstack(others)).query(np.vstack(group))
    return bool(nearest.min() * spacing_mm > APART_MM)


def _piece(line: Curve, length_px: float, chance: Generator) -> Curve:
    count = max(2, int(len(line) * min(1.0, length_px / max(length_of(line), 1.0))))
    start = int(chance.integers(0, max(len(line) - count, 0) + 1))
    return line[start : start + count]
