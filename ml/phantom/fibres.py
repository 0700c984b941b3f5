"""Fibrous strands, ducts and scars: thin dense lines without calcium."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from ml.phantom.breast_size import BreastSize
from ml.phantom.curves import Curve, random_walk

STRANDS, SCAR_PROBABILITY = (110, 200), 0.25
STEP_MM = 0.2
# Fainter strands make up texture; nobody would mark them.
NOTICEABLE_MM = 1.2


@dataclass(frozen=True)
class Fibre:
    """A dense line.

    Attributes
    ----------
    points_mm : ndarray of float64, shape (n, 3)
        Centre line.
    sigma_mm, depth_mm : float
        Width (of a Gaussian profile) and extra dense tissue in its middle.
    is_scar : bool
        Whether it was left by surgery.
    """

    points_mm: Curve
    sigma_mm: float
    depth_mm: float
    is_scar: bool = False

    @property
    def is_noticeable(self) -> bool:
        """Whether a reader could take it for something."""
        return self.is_scar or self.depth_mm > NOTICEABLE_MM


def random_fibres(size: BreastSize, random: Generator) -> list[Fibre]:
    """Draw strands that run more or less towards the nipple, and in a quarter of breasts a scar.

    Parameters
    ----------
    size : BreastSize
        The breast.
    random : Generator
        The only source of chance.

    Returns
    -------
    list of Fibre
        A hundred or more, of which most are faint.
    """
    fibres = [_strand(size, random) for _ in range(random.integers(*STRANDS))]
    if random.random() < SCAR_PROBABILITY:
        curve = _line(size, random, random.uniform(20, 40), turn=0.08, spread=0.8)
        fibres.append(Fibre(curve, sigma_mm=0.5, depth_mm=float(random.uniform(2, 5)), is_scar=True))
    return [fibre for fibre in fibres if len(fibre.points_mm) > 1]


def _strand(size: BreastSize, random: Generator) -> Fibre:
    curve = _line(size, random, random.uniform(8, 45), turn=0.2, spread=0.6)
    return Fibre(curve, float(random.uniform(0.1, 0.45)), float(random.lognormal(np.log(1.0), 0.6)))


def _line(size: BreastSize, random: Generator, length_mm: float, *, turn: float, spread: float) -> Curve:
    place = size.random_place(random)
    forward = size.nipple_mm - place
    heading = forward / np.linalg.norm(forward) + random.normal(0, spread, 3)
    return size.within(
        random_walk(random, place, heading, length_mm, turn=turn, step_mm=STEP_MM, segment_mm=6.0)
    )
