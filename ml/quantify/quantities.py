"""Every number about the calcification of one image: `quantify`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.breast import Regions, find_regions
from ml.errors import MaskShapeMismatchError, QuantifyInputError
from ml.masks import Runs, area_px, bounding_box, from_dense, to_dense_crop
from ml.physics import PixelSize, Signal, pixel_size_of, read_signal
from ml.quantify.calcium import MassCategory
from ml.quantify.calibration import Calibration
from ml.quantify.definitions import QUANTITIES_VERSION
from ml.quantify.extent import measure_extent
from ml.quantify.factor import Origin
from ml.quantify.intensity import LARGEST_LEVEL, Mapping8Bit, map_to_8_bit
from ml.quantify.mass import Mass, measure_mass
from ml.quantify.scores import ProbabilityMap, intensity_scores
from ml.quantify.tissue import tissue_of
from ml.types import Acquisition

INTENSITY_SCORES = ("sim", "tam", "tsim")
DEFAULT_CUTOFF = 0.5
DEFAULT_THRESHOLD = 100.0


@dataclass(frozen=True, kw_only=True)
class Quantities:
    """The calcification of one image in numbers; see `DEFINITIONS` and `docs/quantification.md`.

    Attributes
    ----------
    pm : float
        Sum of probabilities.
    am, area_px : int
        Pixels of the mask; the same number under its two names.
    sim, tam, tsim : int or None
        Sum of 8-bit brightness, number of pixels above X, sum of their brightness.
    length_px : float
        Kulpa length of the centre line.
    length_mm, area_mm2 : float or None
        In the plane that `definition` names.
    breast_area_px, breast_area_mm2 : int, float or None
        The breast, without the chest muscle unless asked for.
    mass_mg, mass_interval_mg, mass_detection_limit_mg, mass_category
        Of calcium, see `Mass`.
    mass_terms_mg : dict of str to float
        Standard deviation from each source of doubt.
    calibration, calibration_reason : str
        Where the mass comes from: "phantom", "physics" or "none"; and why, or which phantom.
    flags : tuple of str
        What had to be assumed.
    undefined : dict of str to str
        Name of each number that is None, to the code of its reason (see `UNDEFINED_REASONS`).
    definition : dict
        The choices behind the numbers: version, cutoff, threshold, mapping to 8 bits, spacing, plane, factor.
    """

    pm: float
    am: int
    sim: int | None
    tam: int | None
    tsim: int | None
    length_px: float
    length_mm: float | None
    area_px: int
    area_mm2: float | None
    breast_area_px: int | None
    breast_area_mm2: float | None
    mass_mg: float | None
    mass_interval_mg: tuple[float, float] | None
    mass_detection_limit_mg: float | None
    mass_category: MassCategory | None
    mass_terms_mg: Mapping[str, float]
    calibration: Origin
    calibration_reason: str
    flags: tuple[str, ...]
    undefined: Mapping[str, str]
    definition: Mapping[str, object]


def quantify(
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    mask: Runs | None = None,
    probability: NDArray | None = None,
    cutoff: float = DEFAULT_CUTOFF,
    least_probability: float | None = None,
    threshold_x: float = DEFAULT_THRESHOLD,
    is_threshold_included: bool = False,
    include_pectoral: bool = False,
    detector_offset: float | None = None,
    log_counts_per_e_fold: float | None = None,
    calibrations: Sequence[Calibration] = (),
    regions: Regions | None = None,
) -> Quantities:
    """Measure the calcification that a mask or a probability map marks on an image.

    Parameters
    ----------
    pixels : ndarray of uint16 or uint8, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says.
    mask : Runs, optional
        A label; its pixels have the probability 1.
    probability : ndarray, shape (rows, columns), optional
        Either this or a mask: floats of 0 to 1, or uint8 or uint16 of which the largest value means 1.
    cutoff : float
        Pixels of a higher probability make up the mask.
    least_probability : float, optional
        PM leaves out pixels of this probability or less.
    threshold_x : float
        X of TAM_X and TSIM_X on the 8-bit scale; 50, 75, 100, 150 and 200 are published.
    is_threshold_included : bool
        Whether a pixel of just this brightness counts.
    include_pectoral : bool
        Whether the chest muscle counts as breast area.
    detector_offset, log_counts_per_e_fold : float, optional
        What is known of the detector and the header does not say, see `read_signal`.
    calibrations : sequence of Calibration
        Phantom calibrations of the site; without one that fits, the mass rests on a table of beams.
    regions : Regions, optional
        Of this image, if they are at hand; found otherwise.

    Returns
    -------
    quantities : Quantities
        For an empty mask lengths, areas, scores and mass are 0. Numbers that cannot be had are None with the
        code of a reason.

    Raises
    ------
    QuantifyInputError
        Code `mask_or_probability` unless just one is given, `probability_invalid` for values that are not of
        0 to 1, `parameter_invalid` for a cutoff or threshold out of range, `pixel_spacing_invalid` for a
        spacing that is not two numbers above 0.
    MaskShapeMismatchError
        If the mask, map or regions are not of the size of the image.
    PixelValuesError
        If the pixels are of another type.
    ImageRefusedError
        If the spacing is not that of a mammogram.
    """
    size = pixel_size_of(acquisition)
    _check_shares_and_levels({"cutoff": cutoff, "least probability": least_probability}, threshold_x)
    _check_detector(size, detector_offset, log_counts_per_e_fold)
    marked, pm = _marked(pixels.shape, mask, probability, cutoff, least_probability)
    regions = find_regions(pixels, acquisition) if regions is None else regions
    _check_shape(regions.labels.shape, pixels.shape)
    signal = read_signal(
        pixels, acquisition, detector_offset=detector_offset, log_counts_per_e_fold=log_counts_per_e_fold
    )
    is_tissue = tissue_of(regions)
    mapping = map_to_8_bit(pixels, acquisition, signal, is_tissue if regions.is_found else None)
    mass = measure_mass(
        marked,
        pixels,
        acquisition,
        signal=signal,
        is_offset_known=bool(detector_offset is not None or signal.detector_offset or log_counts_per_e_fold),
        is_breast=is_tissue,
        size=size,
        calibrations=calibrations,
    )
    numbers: dict[str, Any] = {
        **asdict(measure_extent(marked, regions, size.spacing_mm, include_pectoral=include_pectoral)),
        **_scores(marked, pixels, mapping, threshold_x, is_threshold_included=is_threshold_included),
        **_of_mass(mass),
    }
    choices = {
        "made_of": "probability" if mask is None else "mask",
        "cutoff": cutoff,
        "least_probability": least_probability,
        "threshold_x": threshold_x,
        "is_threshold_included": is_threshold_included,
        "include_pectoral": include_pectoral,
    }
    return Quantities(
        pm=pm,
        am=numbers["area_px"],
        **numbers,
        flags=tuple(dict.fromkeys((*signal.flags, *regions.flags, *mass.flags))),
        undefined=_undefined(numbers, regions, mass),
        definition={"version": QUANTITIES_VERSION, **choices, **_basis(size, signal, mapping, mass)},
    )


def _of_mass(mass: Mass) -> dict[str, Any]:
    return {
        "mass_mg": mass.mass_mg,
        "mass_interval_mg": mass.interval_mg,
        "mass_detection_limit_mg": mass.detection_limit_mg,
        "mass_category": mass.category,
        "mass_terms_mg": mass.terms_mg,
        "calibration": mass.calibration,
        "calibration_reason": mass.calibration_reason,
    }


def _basis(
    size: PixelSize, signal: Signal, mapping: Mapping8Bit | None, mass: Mass
) -> dict[str, float | str | list[float] | None]:
    return {
        "mapping_id": None if mapping is None else mapping.mapping_id,
        "mapping_low": None if mapping is None else mapping.low,
        "mapping_high": None if mapping is None else mapping.high,
        "pixel_spacing_mm": None if size.spacing_mm is None else list(size.spacing_mm),
        "plane": size.plane,
        "magnification": size.magnification,
        "detector_offset": signal.detector_offset,
        "factor_mg_per_neper_mm2": mass.factor_mg_per_neper_mm2,
    }


def _check_shares_and_levels(shares: Mapping[str, float | None], threshold_x: float) -> None:
    for name, share in shares.items():
        if share is not None and not 0 <= share < 1:
            raise QuantifyInputError(
                f"The {name} is {share:g}; give a number from 0 to below 1.", code="parameter_invalid"
            )
    if not 0 <= threshold_x <= LARGEST_LEVEL:
        raise QuantifyInputError(
            f"The threshold X is {threshold_x}; it is a level of the 8-bit scale, 0 to {LARGEST_LEVEL}.",
            code="parameter_invalid",
        )


def _check_detector(size: PixelSize, offset: float | None, log_counts_per_e_fold: float | None) -> None:
    if size.spacing_mm is not None and not all(0 < side < np.inf for side in size.spacing_mm):
        raise QuantifyInputError(
            f"The pixel spacing {size.spacing_mm} mm is not that of an image; give two numbers above 0, or "
            "none where it is not known.",
            code="pixel_spacing_invalid",
        )
    is_offset = offset is None or 0 <= offset < np.inf
    if not (is_offset and (log_counts_per_e_fold is None or 0 < log_counts_per_e_fold < np.inf)):
        raise QuantifyInputError(
            f"A detector offset of {offset} counts and {log_counts_per_e_fold} counts for each factor e "
            "cannot be; give numbers of 0 or more, and above 0, or none where they are not known.",
            code="parameter_invalid",
        )


def _marked(
    shape: tuple[int, ...],
    mask: Runs | None,
    probability: NDArray | None,
    cutoff: float,
    least_probability: float | None,
) -> tuple[Runs, float]:
    """Return the mask and PM."""
    if mask is not None and probability is None:
        _check_shape((mask.rows, mask.columns), shape)
        return mask, float(area_px(mask))
    if probability is not None and mask is None:
        _check_shape(probability.shape, shape)
        values = ProbabilityMap(probability)
        return from_dense(values.above(cutoff)), values.sum_above(least_probability)
    raise QuantifyInputError("Give either a mask or a probability map.", code="mask_or_probability")


def _check_shape(given: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if given != shape:
        raise MaskShapeMismatchError(
            f"The image has {shape} pixels, its mask, map or regions {given}; expected those of this image."
        )


def _scores(
    marked: Runs,
    pixels: NDArray[np.uint16],
    mapping: Mapping8Bit | None,
    threshold_x: float,
    *,
    is_threshold_included: bool,
) -> dict[str, int | None]:
    if mapping is None:
        return dict.fromkeys(INTENSITY_SCORES)
    box = bounding_box(marked)
    levels = mapping.smoothed_crop(pixels, box)[to_dense_crop(marked, box)]
    return asdict(intensity_scores(levels, threshold_x, is_threshold_included=is_threshold_included))


def _undefined(numbers: Mapping[str, Any], regions: Regions, mass: Mass) -> dict[str, str]:
    breast = "pixel_spacing_missing" if regions.is_found else "breast_not_found"
    reasons = {
        **dict.fromkeys(INTENSITY_SCORES, "no_contrast" if regions.is_found else "breast_not_found"),
        **dict.fromkeys(("length_mm", "area_mm2"), "pixel_spacing_missing"),
        **dict.fromkeys(("breast_area_px", "breast_area_mm2"), breast),
        **dict.fromkeys(("mass_mg", "mass_category"), mass.reason),
        **dict.fromkeys(("mass_interval_mg", "mass_detection_limit_mg"), mass.interval_reason),
    }
    return {name: str(reasons[name]) for name, value in numbers.items() if value is None}
