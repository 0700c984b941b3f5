"""The five published scores of a probability map: PM, AM, SIM, TAM_X and TSIM_X."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import QuantifyInputError


@dataclass(frozen=True, kw_only=True)
class IntensityScores:
    """Scores that need the brightness of the image.

    Attributes
    ----------
    sim : int
        Sum of the brightness of all pixels of the mask.
    tam : int
        Number of those brighter than the threshold.
    tsim : int
        Sum of their brightness.
    """

    sim: int
    tam: int
    tsim: int


def intensity_scores(
    levels: NDArray[np.uint8], threshold_x: float, *, is_threshold_included: bool = False
) -> IntensityScores:
    """Count and sum the brightness of the pixels of a mask.

    Parameters
    ----------
    levels : ndarray of uint8, shape (n,)
        8-bit brightness of each pixel of the mask, calcium bright.
    threshold_x : float
        X.
    is_threshold_included : bool
        Whether a pixel of just this brightness counts: the paper [1]_ says above, its published code at
        least.

    Returns
    -------
    scores : IntensityScores
        All 0 for no pixel.

    References
    ----------
    .. [1] X. Guo et al., SCU-Net: a deep learning method for segmentation and quantification of breast
       arterial calcifications on mammograms, Medical Physics 48 (2021) 5851-5861, doi:10.1002/mp.15017.
    """
    bright = levels[levels >= threshold_x if is_threshold_included else levels > threshold_x]
    return IntensityScores(
        sim=int(levels.sum(dtype=np.int64)), tam=len(bright), tsim=int(bright.sum(dtype=np.int64))
    )


@dataclass(frozen=True)
class ProbabilityMap:
    """Probabilities as they came, as numbers of 0 to 1 or as levels of an 8-bit or 16-bit picture.

    Attributes
    ----------
    values : ndarray, shape (rows, columns)
        Floats, or uint8 or uint16 of which the largest value of the type means 1.
    """

    values: NDArray

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.size == 0:
            raise QuantifyInputError(
                f"A probability map has rows and columns; this array has the shape {self.values.shape}.",
                code="probability_invalid",
            )
        if self.values.dtype in (np.uint8, np.uint16):
            return
        low, high = self.values.min(), self.values.max()
        # Written so that a NaN fails it.
        if self.values.dtype.kind != "f" or not (low >= 0 and high <= 1):
            raise QuantifyInputError(
                f"The probability map holds {self.values.dtype} values from {low} to {high}; expected "
                "numbers from 0 to 1, or the levels of an 8-bit or 16-bit picture as uint8 or uint16.",
                code="probability_invalid",
            )

    @property
    def scale(self) -> float:
        """The value that means 1."""
        return 1.0 if self.values.dtype.kind == "f" else float(np.iinfo(self.values.dtype).max)

    def above(self, cutoff: float) -> NDArray[np.bool_]:
        """Return where the probability is above a cutoff; shape (rows, columns)."""
        return self.values > cutoff * self.scale

    def sum_above(self, least_probability: float | None) -> float:
        """Sum the probabilities (PM), leaving out those of this value or less; None leaves out none."""
        if least_probability is None:
            return float(self.values.sum(dtype=np.float64)) / self.scale
        return float(self.values.sum(dtype=np.float64, where=self.above(least_probability))) / self.scale
