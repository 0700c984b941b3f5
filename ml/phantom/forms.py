"""The forms in which one phantom can be stored, as makers' images and damaged headers differ."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.errors import PhantomRequestError
from ml.phantom.detector import DETECTOR_OFFSET, LARGEST_LINEAR
from ml.phantom.phantom import Phantom
from ml.types import Acquisition

LINEAR_BITS = 14
# Counts of the logarithmic form for each factor e of exposure.
LOG_COUNTS = 1000.0
# How much larger than in the breast things are at the detector: in a contact view, and magnified.
CONTACT_MAGNIFICATION, MAGNIFICATION = 1.063, 1.8


@dataclass(frozen=True)
class FormImage:
    """Stored values and what the header says of them.

    Attributes
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What a reader finds in the header.
    has_implant : bool
        Whether the header says so.
    """

    pixels: NDArray[np.uint16]
    acquisition: Acquisition
    has_implant: bool = False


def form_image(phantom: Phantom, form: str) -> FormImage:
    """Return a phantom in one of its single-image forms.

    Parameters
    ----------
    phantom : Phantom
        The image.
    form : str
        One of `SINGLE_FORMS`.

    Returns
    -------
    FormImage

    Raises
    ------
    PhantomRequestError
        If there is no such form.
    """
    if form not in SINGLE_FORMS:
        raise PhantomRequestError(f"There is no form {form!r}; forms are {', '.join(FORMS)}.")
    return SINGLE_FORMS[form](phantom)


def _presentation(phantom: Phantom) -> FormImage:
    return FormImage(phantom.presentation, phantom.presentation_acquisition)


def _raw(phantom: Phantom) -> FormImage:
    return FormImage(phantom.raw, phantom.acquisition)


def _linear(phantom: Phantom) -> FormImage:
    facts = replace(phantom.acquisition, bits_stored=LINEAR_BITS, pixel_intensity_relationship_sign=1)
    return FormImage(phantom.linear, facts)


def _inverted(phantom: Phantom) -> FormImage:
    return FormImage(phantom.raw, replace(phantom.acquisition, photometric_interpretation="MONOCHROME1"))


def _logarithmic(phantom: Phantom) -> FormImage:
    exposure = np.maximum(np.arange(LARGEST_LINEAR + 1) - float(DETECTOR_OFFSET), 1.0)
    stored = np.rint(LOG_COUNTS * (math.log(LARGEST_LINEAR) - np.log(exposure))).astype(np.uint16)
    facts = replace(phantom.acquisition, bits_stored=LINEAR_BITS, pixel_intensity_relationship="LOG")
    return FormImage(stored[phantom.linear], facts)


def _without_spacing(phantom: Phantom) -> FormImage:
    facts = replace(phantom.presentation_acquisition, pixel_spacing_mm=None, pixel_spacing_source="")
    return FormImage(phantom.presentation, facts)


def _corrected_spacing(phantom: Phantom) -> FormImage:
    facts = replace(
        phantom.acquisition,
        pixel_spacing_calibration_type="GEOMETRY",
        magnification=CONTACT_MAGNIFICATION,
    )
    return FormImage(phantom.raw, facts)


def _magnified(phantom: Phantom) -> FormImage:
    side_mm = round(phantom.pixel_spacing_mm * MAGNIFICATION, 6)
    facts = replace(
        phantom.acquisition, pixel_spacing_mm=(side_mm, side_mm), magnification=MAGNIFICATION, grid="NONE"
    )
    return FormImage(phantom.raw, facts)


def _implant(phantom: Phantom) -> FormImage:
    return FormImage(phantom.presentation, phantom.presentation_acquisition, has_implant=True)


SINGLE_FORMS: dict[str, Callable[[Phantom], FormImage]] = {
    "presentation": _presentation,
    "raw": _raw,
    "linear": _linear,
    "inverted": _inverted,
    "logarithmic": _logarithmic,
    "missing-spacing": _without_spacing,
    "corrected-spacing": _corrected_spacing,
    "magnification": _magnified,
    "implant": _implant,
}
TOMOSYNTHESIS = "tomosynthesis"
FORMS = (*SINGLE_FORMS, TOMOSYNTHESIS)
