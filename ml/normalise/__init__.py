"""Grey scales that do not depend on the exposure: statistics of the breast alone, every number recorded."""

from ml.normalise.beam import checked_beam
from ml.normalise.density import DensityMap, density_map_mm
from ml.normalise.gamma import solve_gamma
from ml.normalise.mineral import MineralMap, cell_means, mineral_map_mm
from ml.normalise.normalise import METHODS, Method, Normalised, normalise

__all__ = [
    "METHODS",
    "DensityMap",
    "Method",
    "MineralMap",
    "Normalised",
    "cell_means",
    "checked_beam",
    "density_map_mm",
    "mineral_map_mm",
    "normalise",
    "solve_gamma",
]
