"""What the X-ray beam makes of calcium: attenuation and scatter for a given exposure."""

from dataclasses import dataclass

import numpy as np

from ml.types import Acquisition

TABLE_THICKNESSES_MM = (30.0, 50.0, 70.0)
USUAL_THICKNESS_MM = 50.0
UNKNOWN_BEAM_MU_PER_MM = 1.8
CHANGE_PER_KV = -0.04  # of the attenuation, our default
GRID_SCATTER_SHARE = 0.2  # what a grid leaves of the scatter-to-primary ratio, our default


@dataclass(frozen=True)
class _TabulatedBeam:
    kvp: float
    mu_per_mm: tuple[float, float, float]


# Effective attenuation of 0.2 mm hydroxyapatite (3.16 g/cm3) that replaces fat, behind 30, 50 and 70 mm of
# breast with 18 % glandular tissue: our own calculation from published spectra and cross-sections.
BEAMS = {
    ("MOLYBDENUM", "MOLYBDENUM"): _TabulatedBeam(26, (2.667, 2.427, 2.228)),
    ("RHODIUM", "RHODIUM"): _TabulatedBeam(29, (1.993, 1.810, 1.690)),
    ("RHODIUM", "SILVER"): _TabulatedBeam(34, (1.692, 1.534, 1.414)),
    ("TUNGSTEN", "RHODIUM"): _TabulatedBeam(28, (1.958, 1.813, 1.713)),
    ("TUNGSTEN", "SILVER"): _TabulatedBeam(30, (1.611, 1.475, 1.384)),
    ("TUNGSTEN", "ALUMINUM"): _TabulatedBeam(32, (1.326, 1.179, 1.084)),
}


@dataclass(frozen=True, kw_only=True)
class Beam:
    """The two numbers that turn a contrast into a thickness of mineral.

    Attributes
    ----------
    mu_calc_per_mm : float
        Attenuation of hydroxyapatite over that of the fat it replaces, per mm.
    scatter_to_primary_ratio : float
        Scatter shrinks contrast by 1 / (1 + this).
    flags : tuple of str
        What had to be assumed: `beam_unknown`, `body_part_thickness_unknown`, `grid_unknown`.
    """

    mu_calc_per_mm: float
    scatter_to_primary_ratio: float
    flags: tuple[str, ...]


def beam_of(acquisition: Acquisition) -> Beam:
    """Look up attenuation and scatter for an exposure.

    Parameters
    ----------
    acquisition : Acquisition
        Anode, filter, kVp, thickness and grid from the header; any may be missing.

    Returns
    -------
    beam : Beam
        Linear in thickness between 30 and 70 mm and constant beyond, -4 % per kV from the table's voltage. An
        anode and filter without a row give 1.8 per mm. A missing thickness counts as 50 mm, a missing grid
        entry as a grid.
    """
    flags = []
    thickness_mm = acquisition.body_part_thickness_mm
    if not thickness_mm or thickness_mm <= 0:
        thickness_mm = USUAL_THICKNESS_MM
        flags.append("body_part_thickness_unknown")
    mu_per_mm = _mu_calc_per_mm(acquisition, thickness_mm)
    if mu_per_mm is None:
        mu_per_mm = UNKNOWN_BEAM_MU_PER_MM
        flags.append("beam_unknown")
    ratio = 0.05 + 0.009 * thickness_mm
    if not acquisition.grid:
        flags.append("grid_unknown")
    if acquisition.grid.upper() != "NONE":
        ratio *= GRID_SCATTER_SHARE
    return Beam(mu_calc_per_mm=mu_per_mm, scatter_to_primary_ratio=ratio, flags=tuple(flags))


def _mu_calc_per_mm(acquisition: Acquisition, thickness_mm: float) -> float | None:
    filter_material = acquisition.filter_material.upper().replace("ALUMINIUM", "ALUMINUM")
    row = BEAMS.get((acquisition.anode.upper(), filter_material))
    if row is None:
        return None
    at_table_voltage = float(np.interp(thickness_mm, TABLE_THICKNESSES_MM, row.mu_per_mm))
    kilovolts_away = (acquisition.kvp or row.kvp) - row.kvp
    return at_table_voltage * max(1 + CHANGE_PER_KV * kilovolts_away, 0.1)
