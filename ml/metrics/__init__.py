"""How well two masks agree, by area and by length, with the definitions that make the numbers readable."""

from ml.metrics.comparison import DEFAULT_TOLERANCE_MM, Comparison, compare_masks
from ml.metrics.definitions import DEFINITIONS, DEFINITIONS_VERSION, UNDEFINED_REASONS
from ml.metrics.overlap import PixelCounts, count_pixels, dice

__all__ = [
    "DEFAULT_TOLERANCE_MM",
    "DEFINITIONS",
    "DEFINITIONS_VERSION",
    "UNDEFINED_REASONS",
    "Comparison",
    "PixelCounts",
    "compare_masks",
    "count_pixels",
    "dice",
]
