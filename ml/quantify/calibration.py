"""What a site's own beam makes of a known mass of calcium: one factor for each kind of exposure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ml.types import Acquisition

NORMAL_95 = 1.96
SAME_KVP = 0.5
SAME_THICKNESS_MM = 5.0


@dataclass(frozen=True, kw_only=True)
class BeamKey:
    """The exposure that a factor holds for; names are DICOM's.

    Attributes
    ----------
    manufacturer, anode, filter_material, grid : str
        Upper case, as in the header; "" where it says nothing.
    kvp, body_part_thickness_mm : float or None
        Voltage and compressed thickness; None where the header says nothing.
    """

    manufacturer: str
    anode: str
    filter_material: str
    grid: str
    kvp: float | None
    body_part_thickness_mm: float | None

    @classmethod
    def of(cls, acquisition: Acquisition) -> "BeamKey":
        """Return the key of an image.

        Parameters
        ----------
        acquisition : Acquisition
            Facts from its header; any may be missing.

        Returns
        -------
        key : BeamKey
            Words in capitals, so that spellings of one maker compare equal.
        """
        return cls(
            manufacturer=acquisition.manufacturer.upper(),
            anode=acquisition.anode.upper(),
            filter_material=acquisition.filter_material.upper(),
            grid=acquisition.grid.upper(),
            kvp=acquisition.kvp,
            body_part_thickness_mm=acquisition.body_part_thickness_mm,
        )

    def fits(self, other: "BeamKey") -> bool:
        """Tell whether a factor for this key holds for another one.

        Parameters
        ----------
        other : BeamKey
            Of the image to be weighed.

        Returns
        -------
        fits : bool
            True where all words are equal, the voltage within 0.5 kV and the thickness within 5 mm; a number
            that is missing on one side only does not fit. The two distances are our own choice.
        """
        same_words = all(
            getattr(self, name) == getattr(other, name)
            for name in ("manufacturer", "anode", "filter_material", "grid")
        )
        return (
            same_words
            and _is_near(self.kvp, other.kvp, SAME_KVP)
            and _is_near(self.body_part_thickness_mm, other.body_part_thickness_mm, SAME_THICKNESS_MM)
        )


def _is_near(a: float | None, b: float | None, distance: float) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= distance


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How much calcium an excess attenuation stands for with one beam.

    Attributes
    ----------
    name : str
        Of the phantom and its session.
    key : BeamKey
        The beam.
    fitted_on : date
        The day of the exposure.
    factor_mg_per_neper_mm2 : float
        Slope through the origin.
    interval_mg_per_neper_mm2 : tuple of float
        95 % interval of the factor, from Student's distribution.
    calcium_mg, excess_neper_mm2, residuals_mg : tuple of float
        Of each step, by increasing calcium: what was known, what was measured, and measured less known.
    """

    name: str
    key: BeamKey
    fitted_on: date
    factor_mg_per_neper_mm2: float
    interval_mg_per_neper_mm2: tuple[float, float]
    calcium_mg: tuple[float, ...]
    excess_neper_mm2: tuple[float, ...]
    residuals_mg: tuple[float, ...]

    @property
    def relative_sd(self) -> float:
        """Relative standard deviation of which 1.96 make half of the interval."""
        low, high = self.interval_mg_per_neper_mm2
        return (high - low) / (2 * NORMAL_95) / self.factor_mg_per_neper_mm2


def matching_calibration(calibrations: Sequence[Calibration], acquisition: Acquisition) -> Calibration | None:
    """Choose the calibration that holds for an image.

    Parameters
    ----------
    calibrations : sequence of Calibration
        Those of a site.
    acquisition : Acquisition
        What the header of the image says.

    Returns
    -------
    calibration : Calibration or None
        Of those whose key fits the one fitted last; None if none does.
    """
    key = BeamKey.of(acquisition)
    fitting = [calibration for calibration in calibrations if calibration.key.fits(key)]
    return max(fitting, key=lambda calibration: calibration.fitted_on, default=None)
