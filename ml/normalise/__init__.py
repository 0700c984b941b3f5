"""Grey scales that do not depend on the exposure: statistics of the breast alone, every number recorded."""

from ml.normalise.density import DensityMap, density_map_mm
from ml.normalise.gamma import solve_gamma
from ml.normalise.normalise import METHODS, Method, Normalised, normalise

__all__ = ["METHODS", "DensityMap", "Method", "Normalised", "density_map_mm", "normalise", "solve_gamma"]
