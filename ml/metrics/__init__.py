"""How well masks agree, by area, length, outline and segment, each number with its definition.

Agreement of readers, classification of images, consensus and resampling are modules of this package that are
imported by name: they need libraries that a page does not.
"""

from ml.metrics.compare import compare_masks
from ml.metrics.comparison import Comparison
from ml.metrics.definitions import DEFINITIONS, DEFINITIONS_VERSION, UNDEFINED_REASONS
from ml.metrics.froc import FROC_RATES, FrocCurve, ScoredImage, froc
from ml.metrics.length_report import LengthReport, report_lengths
from ml.metrics.matching import DEFAULT_TOLERANCE_MM
from ml.metrics.overlap import PixelCounts, count_pixels, dice
from ml.metrics.pooling import PooledComparison, PooledMeasure, pool_comparisons
from ml.metrics.reader_matrix import ReaderMatrix, reader_matrix

__all__ = [
    "DEFAULT_TOLERANCE_MM",
    "DEFINITIONS",
    "DEFINITIONS_VERSION",
    "FROC_RATES",
    "UNDEFINED_REASONS",
    "Comparison",
    "FrocCurve",
    "LengthReport",
    "PixelCounts",
    "PooledComparison",
    "PooledMeasure",
    "ReaderMatrix",
    "ScoredImage",
    "compare_masks",
    "count_pixels",
    "dice",
    "froc",
    "pool_comparisons",
    "reader_matrix",
    "report_lengths",
]
