"""Calcifications outside vessels: clusters of specks, popcorn, rims of oil cysts, rods."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.breast_size import BreastSize
from ml.phantom.curves import Curve, random_walk

MEDIAN_DIAMETER_MM, DIAMETER_SPREAD, DIAMETER_RANGE_MM = 0.28, 0.4, (0.12, 1.2)
CLUSTER_SPREAD_MM, CLUSTER_SPECKS = 4.0, (6, 26)
LONE_SPECKS = (1, 7)
OXALATE_PROBABILITY = 0.2
BENIGN_PROBABILITY = 0.1
# Share of mineral: specks are porous, rods and rims more so.
SPECK_MINERAL, ROD_MINERAL, RIM_MINERAL = 0.5, 0.3, 0.3


@dataclass(frozen=True)
class Speck:
    """A small ellipsoid of mineral, round across its long axis.

    Attributes
    ----------
    centre_mm, axis : ndarray of float64, shape (3,)
        Place, and unit vector of the long axis.
    diameter_mm, elongation : float
        Across, and length over it.
    mineral : {"HA", "CaOx"}
        Hydroxyapatite or calcium oxalate.
    """

    centre_mm: NDArray[np.float64]
    axis: NDArray[np.float64]
    diameter_mm: float
    elongation: float
    mineral: str


@dataclass(frozen=True)
class Rim:
    """A calcified shell around an oil cyst."""

    centre_mm: NDArray[np.float64]
    radius_mm: float
    wall_mm: float


@dataclass(frozen=True)
class Rod:
    """A calcified duct."""

    points_mm: Curve
    radius_mm: float


@dataclass(frozen=True)
class Calcifications:
    """All of them in one breast."""

    specks: list[Speck]
    rims: list[Rim]
    rods: list[Rod]


def random_calcifications(size: BreastSize, random: Generator, *, clusters: int | None) -> Calcifications:
    """Scatter calcifications over a breast.

    Parameters
    ----------
    size : BreastSize
        The breast.
    random : Generator
        The only source of chance.
    clusters : int or None
        How many clusters of 6 to 25 specks and nothing else; None draws 0 to 2, a few lone specks, and each
        benign kind with a probability of a tenth.

    Returns
    -------
    Calcifications
        Diameters of specks are lognormal around 0.28 mm, axes up to 2.5 to 1.
    """
    number = int(random.integers(0, 3)) if clusters is None else clusters
    specks = [speck for _ in range(number) for speck in _cluster(size, random)]
    if clusters is not None:
        return Calcifications(specks, [], [])
    specks += [_speck(size.random_place(random), random, "HA") for _ in range(random.integers(*LONE_SPECKS))]
    has_popcorn, has_rim, has_rods = random.random(3) < BENIGN_PROBABILITY
    if has_popcorn:
        specks += _popcorn(size, random)
    rims = [_rim(size, random)] if has_rim else []
    rods = [_rod(size, random) for _ in range(random.integers(2, 6))] if has_rods else []
    return Calcifications(specks, rims, rods)


def _cluster(size: BreastSize, random: Generator) -> list[Speck]:
    middle = size.random_place(random, reach=0.65)
    mineral = "CaOx" if random.random() < OXALATE_PROBABILITY else "HA"
    number = int(random.integers(*CLUSTER_SPECKS))
    places = random.normal(middle, CLUSTER_SPREAD_MM, (number, 3))
    places[:, 0] = np.maximum(places[:, 0], 2.0)
    return [_speck(place, random, mineral) for place in places]


def _speck(
    centre_mm: NDArray[np.float64], random: Generator, mineral: str, diameter_mm: float | None = None
) -> Speck:
    drawn_mm = float(random.lognormal(math.log(MEDIAN_DIAMETER_MM), DIAMETER_SPREAD))
    axis = random.normal(0, 1, 3)
    return Speck(
        centre_mm=centre_mm,
        axis=axis / np.linalg.norm(axis),
        diameter_mm=float(np.clip(drawn_mm, *DIAMETER_RANGE_MM)) if diameter_mm is None else diameter_mm,
        elongation=float(random.uniform(1, 2.5)),
        mineral=mineral,
    )


def _popcorn(size: BreastSize, random: Generator) -> list[Speck]:
    middle, across_mm = size.random_place(random), random.uniform(2, 5)
    places = random.normal(middle, across_mm / 5, (int(random.integers(6, 14)), 3))
    return [_speck(place, random, "HA", float(random.uniform(0.15, 0.4)) * across_mm) for place in places]


def _rim(size: BreastSize, random: Generator) -> Rim:
    return Rim(
        size.random_place(random), float(random.uniform(1.5, 5)), wall_mm=float(random.uniform(0.06, 0.15))
    )


def _rod(size: BreastSize, random: Generator) -> Rod:
    place = size.random_place(random)
    length_mm = random.uniform(5, 10)
    curve = random_walk(
        random, place, size.nipple_mm - place, length_mm, turn=0.05, step_mm=0.1, segment_mm=2.5
    )
    return Rod(curve, radius_mm=float(random.uniform(0.3, 0.5)))
