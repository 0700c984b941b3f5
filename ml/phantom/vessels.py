"""Arteries and veins of an uncompressed breast, and the mineral in artery walls."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.breast_size import BreastSize
from ml.phantom.curves import Curve, random_walk, steps_of
from ml.phantom.fields import smooth_noise

# Thinner mineral than this does not show in an image.
VISIBLE_MM = 0.02
OUTER_RADIUS_MM, WALL_MM = (0.75, 1.2), (0.12, 0.22)
STEP_MM = 0.1
BRANCHES, BRANCH_PROBABILITY, BRANCH_ANGLE, CHILD_RADIUS = 2, 0.6, (0.4, 0.8), 0.75
SHORTEST_VESSEL_MM = 12.0
# Deviation of the mineral share along a stretch, at 0.6 mm.
GRAIN = 0.35
# Plaque thins out before the end of a vessel, and none lies where a view may cut it off at the chest wall.
BARE_END_MM, BARE_DEPTH_MM = 6.0, 5.0
# Over so much of its end a vessel narrows to this share.
NARROW_END_MM, NARROW_SHARE = 12.0, 0.4


@dataclass(frozen=True)
class Vessel:
    """One vessel between two forks.

    Attributes
    ----------
    points_mm : ndarray of float64, shape (n, 3)
        Centre line.
    radius_mm : ndarray of float64, shape (n,)
        Outer radius at each point.
    wall_mm : float
        Thickness of the wall.
    stretches : ndarray of float32, shape (n,)
        Noise of 2 to 6 mm: plaque lies where it and the extent of the disease exceed zero together.
    grain : ndarray of float32, shape (n,)
        Factor of mean about 1 on the mineral share of the wall.
    severity_factor : float
        What the tree of this vessel has of the breast's severity; 0 for veins and spared arteries.
    """

    points_mm: Curve
    radius_mm: NDArray[np.float64]
    wall_mm: float
    stretches: NDArray[np.float32]
    grain: NDArray[np.float32]
    severity_factor: float


@dataclass(frozen=True)
class Plaque:
    """Mineral in the wall of one vessel.

    Attributes
    ----------
    share : ndarray of float64, shape (n,)
        Of the wall's cross-section that is mineral, 0 to 1, at each point of the vessel.
    shows : ndarray of bool, shape (n,)
        Whether a reader would trace the vessel here.
    """

    share: NDArray[np.float64]
    shows: NDArray[np.bool_]

    def visible_mm(self, vessel: Vessel) -> float:
        """Return the length of the stretches that show, along the vessel itself."""
        return float(steps_of(vessel.points_mm)[self.shows].sum())


def random_vessels(size: BreastSize, random: Generator, *, trees: int) -> list[Vessel]:
    """Draw vessel trees from the chest wall, the last two never calcified.

    Parameters
    ----------
    size : BreastSize
        The breast.
    random : Generator
        The only source of chance.
    trees : int
        How many, three or more.

    Returns
    -------
    list of Vessel
        Trunks and their branches.
    """
    vessels: list[Vessel] = []
    for tree in range(trees):
        factor = float(random.lognormal(0, 0.25))
        vessels += _random_tree(size, random, tree, factor if tree < trees - 2 else 0.0)
    return vessels


def plaque_of(vessel: Vessel, *, severity: float, extent: float) -> Plaque:
    """Lay down mineral in the wall of a vessel.

    Parameters
    ----------
    vessel : Vessel
        An artery, or a vein that then stays without.
    severity : float
        Share of a calcified wall that is mineral, 0 to 1.
    extent : float
        How much of the vessels is calcified: 0 half of them, 1 about five parts in six; a larger extent
        only adds to what was there.

    Returns
    -------
    Plaque
        All of it grows with both numbers.
    """
    here = np.clip((vessel.stretches + extent) / 0.8, 0, 1).astype(np.float64)
    at_most = min(severity * vessel.severity_factor, 1.0) if vessel.severity_factor else 0.0
    share = np.minimum(at_most * here * vessel.grain, 1.0)
    inner_mm = vessel.radius_mm - vessel.wall_mm
    thickest_mm = 2 * np.sqrt(vessel.radius_mm**2 - inner_mm**2)
    # Grains come and go within a stretch; what a reader would trace does not.
    shows = at_most * here * thickest_mm > 2 * VISIBLE_MM
    return Plaque(share, shows)


def _random_tree(size: BreastSize, random: Generator, tree: int, factor: float) -> list[Vessel]:
    # The first artery comes from the armpit, the second from beside the breast bone.
    angle = {0: random.normal(np.pi / 4, 0.3), 1: random.normal(np.pi, 0.4)}.get(
        tree, random.uniform(-np.pi, np.pi)
    )
    out_mm = random.uniform(0.3, 0.75) * size.radius_mm
    start = np.array([random.uniform(-8, -4), out_mm * np.cos(angle), out_mm * np.sin(angle)])
    length_mm = random.uniform(0.6, 1.1) * size.depth_mm
    radius_mm = random.uniform(*OUTER_RADIUS_MM)
    heading = np.array([1.0, *random.normal(0, 0.3, 2)])
    trunk = random_walk(
        random, start, heading, length_mm, turn=0.22, step_mm=STEP_MM, towards_mm=size.nipple_mm
    )
    curves = [(trunk, radius_mm)]
    curves += [
        (_branch(trunk, length_mm, size, random), radius_mm * CHILD_RADIUS)
        for _ in range(BRANCHES)
        if random.random() < BRANCH_PROBABILITY
    ]
    inside = [(size.within(curve), radius) for curve, radius in curves]
    return [
        _vessel(curve, radius, factor, random)
        for curve, radius in inside
        if len(curve) * STEP_MM > SHORTEST_VESSEL_MM
    ]


def _branch(trunk: Curve, length_mm: float, size: BreastSize, random: Generator) -> Curve:
    fork = int(random.uniform(0.2, 0.7) * (len(trunk) - 2))
    along = (trunk[fork + 1] - trunk[fork]) / np.linalg.norm(trunk[fork + 1] - trunk[fork])
    across = np.cross(along, random.normal(0, 1, 3))
    angle = random.uniform(*BRANCH_ANGLE)
    heading = np.cos(angle) * along + np.sin(angle) * across / np.linalg.norm(across)
    share = random.uniform(0.35, 0.6)
    return random_walk(
        random, trunk[fork], heading, share * length_mm, turn=0.22, step_mm=STEP_MM, towards_mm=size.nipple_mm
    )


def _vessel(curve: Curve, radius_mm: float, factor: float, random: Generator) -> Vessel:
    """Let a vessel taper towards its end, be a little uneven, and prepare where its plaque lies."""
    points = len(curve)
    to_end_mm = np.arange(points)[::-1] * STEP_MM
    taper = np.linspace(1, random.uniform(0.6, 0.85), points)
    taper *= np.clip(NARROW_SHARE + (1 - NARROW_SHARE) * to_end_mm / NARROW_END_MM, 0, 1)
    bumps = 1 + 0.06 * smooth_noise(points, 2 / STEP_MM, random)
    grain = 1 + GRAIN * smooth_noise(points, 0.6 / STEP_MM, random)
    stretches = smooth_noise(points, random.uniform(2, 6) / STEP_MM, random)
    bare = np.clip(1 - to_end_mm / BARE_END_MM, 0, 1)
    bare = np.maximum(bare, curve[:, 0] < BARE_DEPTH_MM).astype(np.float32)
    return Vessel(
        points_mm=curve,
        radius_mm=radius_mm * taper * bumps,
        wall_mm=float(random.uniform(*WALL_MM)),
        stretches=stretches - np.float32(4) * bare,
        grain=np.clip(grain, 0, 3),
        severity_factor=factor,
    )
