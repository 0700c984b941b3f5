"""How much calcium an excess attenuation stands for, where that is known from, and how well."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ml.physics import Beam, PixelSize, beam_of
from ml.physics.beam import GRID_SCATTER_SHARE
from ml.quantify.calcium import calcium_mg
from ml.quantify.calibration import Calibration, matching_calibration
from ml.types import Acquisition

Origin = Literal["phantom", "physics", "none"]

# Relative standard deviations of what a table cannot know; our own estimates.
TABLE_SHARE = 0.05  # hardening by the calcium itself, make of detector, voltage off the table's
UNKNOWN_BEAM_SHARE = 0.3  # 1.8 per mm stands for 1.1 to 2.7
UNKNOWN_THICKNESS_SHARE = 0.1  # 30 or 70 mm in place of 50 mm
SCATTER_SHARE = 0.3  # of the scatter-to-primary ratio
CONTACT_MAGNIFICATION = 1.075  # of a contact view, 1.06 to 1.09


@dataclass(frozen=True, kw_only=True)
class Factor:
    """Calcium for each unit of excess attenuation.

    Attributes
    ----------
    mg_per_neper_mm2 : float
        Calcium in mg for an attenuation of e over 1 mm2.
    origin : str
        "phantom": fitted to inserts of known mass under this beam; "physics": from the table of beams.
    origin_reason : str
        Name of the calibration, or `no_calibration_for_this_beam`.
    relative_terms : dict of str to float
        Relative standard deviation from each source: `calibration`, or `beam`, `scatter` and `geometry`.
    flags : tuple of str
        What had to be assumed, see `beam_of`; none for a phantom.
    """

    mg_per_neper_mm2: float
    origin: Origin
    origin_reason: str
    relative_terms: Mapping[str, float]
    flags: tuple[str, ...] = ()


def choose_factor(
    acquisition: Acquisition, size: PixelSize, calibrations: Sequence[Calibration] = ()
) -> Factor:
    """Take the factor from a calibration that fits the beam, else from the table of beams.

    Parameters
    ----------
    acquisition : Acquisition
        What the header of the image says.
    size : PixelSize
        The plane that areas are measured in.
    calibrations : sequence of Calibration
        Those of the site.

    Returns
    -------
    factor : Factor
        From the table: thickness of hydroxyapatite is attenuation over that of the mineral, times 1 +
        scatter-to-primary ratio, because scatter shrinks contrast by as much; 1.2605 mg of calcium per mm3.
        Areas at the detector are too large by the square of the magnification, which `geometry` stands for.
    """
    calibration = matching_calibration(calibrations, acquisition)
    if calibration is not None:
        return Factor(
            mg_per_neper_mm2=calibration.factor_mg_per_neper_mm2,
            origin="phantom",
            origin_reason=calibration.name,
            relative_terms={"calibration": calibration.relative_sd},
        )
    beam = beam_of(acquisition)
    return Factor(
        mg_per_neper_mm2=calcium_mg(1 / beam.mu_calc_per_mm, 1.0) * (1 + beam.scatter_to_primary_ratio),
        origin="physics",
        origin_reason="no_calibration_for_this_beam",
        relative_terms={
            "beam": _beam_share(beam),
            "scatter": _scatter_share(beam),
            "geometry": _geometry_share(acquisition, size),
        },
        flags=beam.flags,
    )


def _beam_share(beam: Beam) -> float:
    attenuation = UNKNOWN_BEAM_SHARE if "beam_unknown" in beam.flags else TABLE_SHARE
    thickness = UNKNOWN_THICKNESS_SHARE if "body_part_thickness_unknown" in beam.flags else 0.0
    return math.hypot(attenuation, thickness)


def _scatter_share(beam: Beam) -> float:
    ratio = beam.scatter_to_primary_ratio
    doubt = ratio * SCATTER_SHARE
    if "grid_unknown" in beam.flags:  # a grid was assumed; without one the ratio is this much larger
        doubt = ratio / GRID_SCATTER_SHARE - ratio
    return doubt / (1 + ratio)


def _geometry_share(acquisition: Acquisition, size: PixelSize) -> float:
    if size.plane == "object":
        return 0.0
    return (acquisition.magnification or CONTACT_MAGNIFICATION) ** 2 - 1
