"""A header over a picture, and what has to come of it: the parts that messy headers are made of."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sequence import Sequence

from ml.phantom import make_exam
from tests.factories.dicom_files import make_dataset

CC, MLO = "399162004", "399368009"
MAGNIFICATION, SPOT, IMPLANT_DISPLACED = "399163009", "399055006", "399209000"
RIGHT_BREAST, LEFT_BREAST = "73056007", "80248007"
PIXEL_SPACING_MM = 0.4
# How a stored picture differs from the usual one: right breasts with their wall at the right, head up.
WAYS = {
    "usual": lambda pixels: pixels,
    "mirrored": lambda pixels: pixels[:, ::-1],
    "turned over": lambda pixels: pixels[::-1, ::-1],
    "upside down": lambda pixels: pixels[::-1],
    "on its side": np.rot90,
    "transposed": lambda pixels: pixels.T,
    "spot": lambda pixels: pixels[150:430, 100:380],
    "no breast": lambda pixels: np.full_like(pixels, 7),
}


@dataclass(frozen=True, kw_only=True)
class MessyHeader:
    """A header over a picture, and what has to come of it: a hanging, or a question with certain words."""

    title: str
    header: dict[str, object] = field(default_factory=dict)
    shows: str = "RMLO"
    way: str = "usual"
    name: str = ""
    turn: tuple[int, bool] = (0, False)
    words: str = ""
    place: str = ""
    asks: tuple[str, ...] = ()

    def dataset(self) -> Dataset:
        """Make the file's content; what a header of `make_dataset` says beside it is left out first."""
        plain: dict[str, object] = {"ImageLaterality": None, "ViewPosition": None, "ViewCodeSequence": None}
        plain["ImagerPixelSpacing"] = [PIXEL_SPACING_MM, PIXEL_SPACING_MM]
        return make_dataset(picture(self.shows, self.way), **{**plain, **self.header})


@cache
def picture(view: str, way: str) -> NDArray[np.uint16]:
    """Draw one view of a breast, 574 x 478, stored in some way."""
    (image,) = make_exam(3, views=(view,), rows=574, columns=478, pixel_spacing_mm=PIXEL_SPACING_MM)
    return np.ascontiguousarray(WAYS[way](image.presentation))


def code(value: str, *modifiers: str, scheme: str = "SCT") -> Sequence:
    """Make a code sequence of one item, with modifiers inside."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, "any text"
    if modifiers:
        item.ViewModifierCodeSequence = Sequence([code(modifier)[0] for modifier in modifiers])
    return Sequence([item])


def said(laterality: str | None, view: str | None, *orientation: str, **more: object) -> dict[str, object]:
    """Say breast, view and Patient Orientation as most headers do."""
    header: dict[str, object] = {**more}
    if laterality is not None:
        header["ImageLaterality"] = laterality
    if view is not None:
        header["ViewPosition"] = view
    if orientation:
        header["PatientOrientation"] = list(orientation)
    return header
