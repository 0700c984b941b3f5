"""The published detour: attenuation as a thickness of dense tissue, at one energy, with fat as reference."""

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class OneEnergy:
    """Linear attenuation at one X-ray energy.

    Attributes
    ----------
    mu_fat_per_mm, mu_dense_per_mm, mu_calc_per_mm : float
        Of fat, of dense tissue and of calcification.
    """

    mu_fat_per_mm: float
    mu_dense_per_mm: float
    mu_calc_per_mm: float

    @overload
    def dense_tissue_mm(self, brightness: float, fat_brightness: float) -> float: ...

    @overload
    def dense_tissue_mm(
        self, brightness: NDArray[np.floating], fat_brightness: float
    ) -> NDArray[np.float64]: ...

    def dense_tissue_mm(
        self, brightness: NDArray[np.floating] | float, fat_brightness: float
    ) -> NDArray[np.float64] | float:
        """Turn attenuation into a thickness of dense tissue.

        Parameters
        ----------
        brightness : ndarray of float, any shape, or float
            -ln(signal).
        fat_brightness : float
            -ln(signal behind fat alone).

        Returns
        -------
        thickness_mm : ndarray of float64, same shape, or float
            h = ln(signal / fat signal) / (mu_fat - mu_dense) [1]_, below 0 where there is less than fat.

        References
        ----------
        .. [1] R. Highnam, M. Brady, Mammographic Image Analysis, Kluwer 1999; the published label correction
           (2022) prints the same form.
        """
        return (np.float64(brightness) - fat_brightness) / (self.mu_dense_per_mm - self.mu_fat_per_mm)

    @property
    def calcification_per_dense_tissue(self) -> float:
        """Millimetres of calcification that attenuate as much more than fat as 1 mm of dense tissue."""
        return (self.mu_dense_per_mm - self.mu_fat_per_mm) / self.mu_calc_per_mm


# The constants that the published label correction (2022) prints, and that of fat, which it does not print,
# from the table that it takes them from: P. C. Johns, M. J. Yaffe, X-ray characterisation of normal and
# neoplastic breast tissues, Physics in Medicine and Biology 32 (1987) 675-695,
# doi:10.1088/0031-9155/32/6/002.
AT_18_KEV = OneEnergy(mu_fat_per_mm=0.0558, mu_dense_per_mm=0.1028, mu_calc_per_mm=2.61)
