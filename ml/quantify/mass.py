"""The mass of calcium under a mask, how sure it is, and why there may be none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs, area_px
from ml.physics import PixelSize, Signal
from ml.quantify.calcium import MassCategory, mass_category
from ml.quantify.calibration import Calibration
from ml.quantify.densitometry import Densitometry, measure_excess
from ml.quantify.factor import Factor, Origin, choose_factor
from ml.types import Acquisition

NORMAL_95 = 1.96
DETECTION_SIGMAS = 3
USUAL_OFFSET = 50.0  # counts that a detector may add to the signal without the header saying so
REASONS_OF_FLAGS = ("lossy_compression", "presentation_intent_unknown", "log_scale_unknown")


@dataclass(frozen=True, kw_only=True)
class Mass:
    """Calcium under a mask.

    Attributes
    ----------
    mass_mg : float or None
        Calcium, were all of the mineral hydroxyapatite. Below 0 where the mask is darker than its
        surroundings; 0 for an empty mask.
    reason : str or None
        Code of why the mass is missing (see `UNDEFINED_REASONS`).
    interval_mg : tuple of float or None
        95 % interval: 1.96 times the root of the sum of the squares of all `terms_mg`.
    interval_reason : str or None
        Code of why the interval and the detection limit are missing.
    detection_limit_mg : float or None
        Three standard deviations of pixel noise.
    category : str or None
        See `mass_category`.
    terms_mg : dict of str to float
        Standard deviation from each source of doubt: `noise`, `background`, `mask_edge`, those of the factor
        and `detector_offset`.
    factor_mg_per_neper_mm2 : float or None
        Calcium for each unit of excess attenuation.
    calibration : str
        Where the factor comes from: "phantom", "physics" (the table of beams) or "none".
    calibration_reason : str
        Name of the phantom's calibration, or why there is none.
    flags : tuple of str
        What had to be assumed (see `beam_of`), and `saturated_pixels`, `partly_outside_breast`.
    """

    mass_mg: float | None = None
    reason: str | None = None
    interval_mg: tuple[float, float] | None = None
    interval_reason: str | None = None
    detection_limit_mg: float | None = None
    category: MassCategory | None = None
    terms_mg: Mapping[str, float] = field(default_factory=dict)
    factor_mg_per_neper_mm2: float | None = None
    calibration: Origin = "none"
    calibration_reason: str
    flags: tuple[str, ...] = ()


def measure_mass(
    mask: Runs,
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    signal: Signal,
    is_offset_known: bool,
    is_breast: NDArray[np.bool_],
    size: PixelSize,
    calibrations: Sequence[Calibration] = (),
) -> Mass:
    """Weigh the calcium under a mask.

    Parameters
    ----------
    mask : Runs
        The calcification; may be empty.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says.
    signal, size : Signal, PixelSize
        What was made of pixels and header.
    is_offset_known : bool
        Whether the counts of the detector without X-rays are known and were taken off.
    is_breast : ndarray of bool, shape (rows, columns)
        Where the breast is.
    calibrations : sequence of Calibration
        The latest that fits the beam is used; without one the table of beams.

    Returns
    -------
    mass : Mass
        Missing, with a reason, on images that carry no thickness (for presentation, compressed with loss, on
        a logarithmic scale) or have no pixel spacing, and where `measure_excess` finds no sum.

    Notes
    -----
    Excess attenuation times the factor of `choose_factor`. Not among the terms: mineral other than
    hydroxyapatite (calcium oxalate attenuates 2.4 times less), and blood in the lumen, which reads as 0.0195
    mm of mineral for each millimetre.
    """
    if signal.mode != "physical":
        return _missing(
            next((reason for reason in REASONS_OF_FLAGS if reason in signal.flags), "for_presentation")
        )
    if size.spacing_mm is None:
        return _missing("pixel_spacing_missing")
    factor = choose_factor(acquisition, size, calibrations)
    if area_px(mask) == 0:
        return Mass(
            mass_mg=0.0,
            interval_reason="empty_mask",
            category="0",
            factor_mg_per_neper_mm2=factor.mg_per_neper_mm2,
            calibration=factor.origin,
            calibration_reason=factor.origin_reason,
            flags=factor.flags,
        )
    measured = measure_excess(mask, pixels, signal, is_breast, pixel_spacing_mm=size.spacing_mm)
    if isinstance(measured, str):
        return _missing(measured)
    return _weigh(measured, factor, is_offset_known=is_offset_known)


def _missing(reason: str) -> Mass:
    return Mass(reason=reason, interval_reason=reason, calibration_reason=reason)


def _weigh(measured: Densitometry, factor: Factor, *, is_offset_known: bool) -> Mass:
    mass_mg = measured.excess_neper_mm2 * factor.mg_per_neper_mm2
    terms_mg = {
        "noise": measured.noise_neper_mm2 * factor.mg_per_neper_mm2,
        "background": measured.background_neper_mm2 * factor.mg_per_neper_mm2,
        "mask_edge": measured.edge_neper_mm2 * factor.mg_per_neper_mm2,
        **{name: abs(mass_mg) * share for name, share in factor.relative_terms.items()},
    }
    if factor.origin == "physics" and not is_offset_known:
        terms_mg["detector_offset"] = abs(mass_mg) * min(USUAL_OFFSET / measured.exposure, 1.0)
    reach_mg = NORMAL_95 * float(np.linalg.norm(list(terms_mg.values())))
    detection_limit_mg = DETECTION_SIGMAS * terms_mg["noise"]
    flags = list(factor.flags)
    if measured.saturated_share > 0:
        flags.append("saturated_pixels")
    if measured.outside_breast_share > 0:
        flags.append("partly_outside_breast")
    return Mass(
        mass_mg=mass_mg,
        interval_mg=(mass_mg - reach_mg, mass_mg + reach_mg),
        detection_limit_mg=detection_limit_mg,
        category=mass_category(mass_mg, detection_limit_mg=detection_limit_mg),
        terms_mg=terms_mg,
        factor_mg_per_neper_mm2=factor.mg_per_neper_mm2,
        calibration=factor.origin,
        calibration_reason=factor.origin_reason,
        flags=tuple(flags),
    )
