"""X-ray beams and what tissue does to them, from a small table.

The table `spectra.json` holds 27 energies of 1 keV width: attenuation of the tissues (mm^-1, from xraydb),
the fraction that two detectors absorb, and six spectra behind their filter (photons per mm^2 and mAs at
650 mm, from SpekPy). Neither program is needed to run.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

PADDLE_MM = 2.4
PIXEL_OF_REFERENCE_MM = 0.1
# Absorbed photons behind an average breast in a pixel of 0.1 mm, two-dimensional exposure.
MEAN_QUANTA = 3500.0
MEAN_GLANDULAR_FRACTION = 0.18
BLOCK_PX = 16384


@dataclass(frozen=True)
class Beam:
    """One tube setting.

    Attributes
    ----------
    kvp : int
        Peak voltage.
    anode, filter_material : str
        DICOM terms.
    detector : str
        Key into the table's `absorbed_fraction`.
    """

    kvp: int
    anode: str
    filter_material: str
    detector: str
    spectrum: str


# From soft to hard.
BEAMS = (
    Beam(26, "MOLYBDENUM", "MOLYBDENUM", "CsI_0.15mm", "MoMo26"),
    Beam(28, "TUNGSTEN", "RHODIUM", "aSe_0.20mm", "WRh28"),
    Beam(29, "RHODIUM", "RHODIUM", "CsI_0.15mm", "RhRh29"),
    Beam(30, "TUNGSTEN", "SILVER", "aSe_0.20mm", "WAg30"),
    Beam(34, "RHODIUM", "SILVER", "CsI_0.15mm", "RhAg34"),
)


@dataclass(frozen=True)
class Signal:
    """What one beam deposits in the detector, before scatter and noise.

    Attributes
    ----------
    energy : ndarray of float32, shape (rows, columns)
        Energy of the absorbed photons in keV for each pixel.
    pixel_spacing_mm : float
        Size of a pixel.
    average : float
        Energy behind an average breast.
    mean_energy_keV : float
        Energy for each absorbed photon, averaged over the image.
    """

    energy: NDArray[np.float32]
    pixel_spacing_mm: float
    average: float
    mean_energy_kev: float


@cache
def _table() -> dict:
    return json.loads((Path(__file__).parent / "spectra.json").read_text())


def random_beam(thickness_mm: float, random: Generator) -> Beam:
    """Choose one of three settings that suit a compressed thickness, softest for the thinnest."""
    suits = int(np.clip((thickness_mm - 35) / 12, 0, len(BEAMS) - 3))
    return BEAMS[suits + int(random.integers(3))]


def expose(
    layers_mm: dict[str, NDArray[np.float32]],
    beam: Beam,
    *,
    thickness_mm: float,
    pixel_spacing_mm: float,
    dose: float = 1.0,
) -> Signal:
    """Send a beam through layers of material, energy by energy.

    Parameters
    ----------
    layers_mm : dict of str to ndarray of float32, shape (rows, columns)
        Thickness of each material of the table along the ray, in mm.
    beam : Beam
        The tube setting.
    thickness_mm : float
        Compressed thickness; the exposure is set so that an average breast of it lets `MEAN_QUANTA` through.
    pixel_spacing_mm : float
        Size of a pixel.
    dose : float
        Relative to that of a two-dimensional image.

    Returns
    -------
    Signal
        Exponential attenuation at each of the table's energies, weighted by energy and absorption.
    """
    table = _table()
    names = list(layers_mm)
    attenuation = {name: np.array(values) for name, values in table["attenuation_per_mm"].items()}
    absorbed = np.array(table["photons_per_mm2_per_mAs"][beam.spectrum])
    absorbed = absorbed * np.exp(-PADDLE_MM * attenuation["PMMA"]) * table["absorbed_fraction"][beam.detector]
    average = (1 - MEAN_GLANDULAR_FRACTION) * attenuation["adipose"]
    average += MEAN_GLANDULAR_FRACTION * attenuation["glandular"]
    behind = absorbed * np.exp(-average * thickness_mm)
    # Energies that bring less than a thousandth of the photons behind the breast are left out.
    counted = behind > 1e-3 * behind.sum()
    kev = np.array(table["energy_keV"])
    quanta = MEAN_QUANTA * (pixel_spacing_mm / PIXEL_OF_REFERENCE_MM) ** 2 / behind.sum() * dose
    weights = (quanta * absorbed * kev)[counted].astype(np.float32)
    per_mm = np.stack([attenuation[name] for name in names], axis=1)[counted].astype(np.float32)
    energy = _attenuate([layers_mm[name] for name in names], per_mm, weights)
    mean_energy_kev = float((behind * kev).sum() / behind.sum())
    return Signal(energy, pixel_spacing_mm, float((quanta * behind * kev).sum()), mean_energy_kev)


def _attenuate(
    layers: list[NDArray[np.float32]], per_mm: NDArray[np.float32], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Sum over energies in blocks of rows that stay in the processor's cache."""
    rows, columns = layers[0].shape
    energy = np.full((rows, columns), weights.sum(), dtype=np.float32)
    step = max(1, BLOCK_PX // columns)
    for top in range(0, rows, step):
        block = np.stack([layer[top : top + step] for layer in layers])
        # Beyond the last column that holds anything there is air.
        holding = np.flatnonzero(block.any(axis=(0, 1)))
        width = int(holding[-1]) + 1 if holding.size else 0
        path = block[:, :, :width].reshape(len(layers), -1)
        behind = weights @ np.exp(-(per_mm @ path))
        energy[top : top + step, :width] = behind.reshape(len(block[0]), width)
    return energy
