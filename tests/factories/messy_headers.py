"""Mammograms as they come: headers that leave out, contradict or turn things, and how each should hang."""

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


GOOD = [
    MessyHeader(title="right CC", header=said("R", "CC", "P", "L"), shows="RCC", name="RCC"),
    MessyHeader(title="left CC", header=said("L", "CC", "A", "R"), shows="LCC", name="LCC"),
    MessyHeader(title="right MLO", header=said("R", "MLO", "P", "FL"), shows="RMLO", name="RMLO"),
    MessyHeader(title="left MLO", header=said("L", "MLO", "A", "FR"), shows="LMLO", name="LMLO"),
    MessyHeader(
        title="MLO whose columns are said to run to the feet only",
        header=said("L", "MLO", "A", "F"),
        shows="LMLO",
        name="LMLO",
    ),
    MessyHeader(
        title="MLO whose columns are said to run to the side first",
        header=said("R", "MLO", "P", "LF"),
        shows="RMLO",
        name="RMLO",
    ),
    MessyHeader(
        title="no Patient Orientation, the picture lies as usual",
        header=said("R", "CC"),
        shows="RCC",
        name="RCC",
    ),
    MessyHeader(
        title="an empty Patient Orientation", header=said("L", "MLO", "", ""), shows="LMLO", name="LMLO"
    ),
    MessyHeader(
        title="the view as a code only",
        header=said("L", None, "A", "R", ViewCodeSequence=code(CC)),
        shows="LCC",
        name="LCC",
    ),
    MessyHeader(
        title="the view as an old SNOMED RT code only",
        header=said("R", None, ViewCodeSequence=code("R-10226", scheme="SRT")),
        shows="RMLO",
        name="RMLO",
    ),
    MessyHeader(
        title="a View Position that is no view, beside a code",
        header=said("R", "RMLO1", ViewCodeSequence=code(MLO)),
        shows="RMLO",
        name="RMLO",
    ),
    MessyHeader(title="breast and view in small letters", header=said("l", "cc"), shows="LCC", name="LCC"),
    MessyHeader(
        title="laterality of the series only",
        header=said(None, "CC", Laterality="L"),
        shows="LCC",
        name="LCC",
    ),
    MessyHeader(
        title="the breast as a body region only",
        header=said(None, "MLO", AnatomicRegionSequence=code(RIGHT_BREAST)),
        shows="RMLO",
        name="RMLO",
    ),
    MessyHeader(
        title="all three places agree",
        header=said("L", "CC", "A", "R", Laterality="L", AnatomicRegionSequence=code(LEFT_BREAST)),
        shows="LCC",
        name="LCC",
    ),
    MessyHeader(
        title="a flip at the detector, undone before it was stored",
        header=said("R", "MLO", "P", "FL", FieldOfViewHorizontalFlip="YES", FieldOfViewRotation=180),
        shows="RMLO",
        name="RMLO",
    ),
]
TURNED = [
    MessyHeader(
        title="stored mirrored, and the header says so",
        header=said("R", "CC", "A", "L"),
        shows="RCC",
        way="mirrored",
        name="RCC",
        turn=(0, True),
    ),
    MessyHeader(
        title="an MLO stored mirrored, and the header says so",
        header=said("L", "MLO", "P", "FR"),
        shows="LMLO",
        way="mirrored",
        name="LMLO",
        turn=(0, True),
    ),
    MessyHeader(
        title="stored upside down, and the header says so",
        header=said("R", "MLO", "A", "HR"),
        shows="RMLO",
        way="turned over",
        name="RMLO",
        turn=(2, False),
    ),
    MessyHeader(
        title="a CC with its outer side down, and the header says so",
        header=said("L", "CC", "A", "L"),
        shows="LCC",
        way="upside down",
        name="LCC",
        turn=(2, True),
    ),
    MessyHeader(
        title="lying on its side, and the header says so",
        header=said("R", "MLO", "FL", "A"),
        shows="RMLO",
        way="on its side",
        name="RMLO",
        turn=(1, False),
    ),
    MessyHeader(
        title="rows and columns exchanged, and the header says so",
        header=said("L", "MLO", "FR", "A"),
        shows="LMLO",
        way="transposed",
        name="LMLO",
        turn=(1, True),
    ),
    MessyHeader(
        title="a CC turned over, and the header says so and names the breast twice",
        header=said("L", "CC", "P", "L", Laterality="L"),
        shows="LCC",
        way="turned over",
        name="LCC",
        turn=(2, False),
    ),
    MessyHeader(
        title="an ML mirrored to the feet only, and the header names the breast twice",
        header=said("L", "ML", "P", "F", AnatomicRegionSequence=code(LEFT_BREAST)),
        shows="LMLO",
        way="mirrored",
        name="LML",
        turn=(0, True),
    ),
    MessyHeader(
        title="an MLO turned over, to the head only",
        header=said("R", "MLO", "A", "H"),
        shows="RMLO",
        way="turned over",
        name="RMLO",
        turn=(2, False),
    ),
]
CONTRADICTING = [
    MessyHeader(
        title="a right CC of which one word says left",
        header=said("L", "CC", "P", "L"),
        shows="RCC",
        asks=("says left breast", "P\\L", "chest wall would fit a right one"),
    ),
    MessyHeader(
        title="a left CC of which one word says right",
        header=said("R", "CC", "A", "R"),
        shows="LCC",
        asks=("says right breast", "A\\R", "chest wall would fit a left one"),
    ),
    MessyHeader(
        title="a right ML of which one word says left",
        header=said("L", "ML", "P", "F"),
        shows="RMLO",
        asks=("says left breast", "P\\F", "would fit a right one"),
    ),
    MessyHeader(
        title="a right MLO of which one word says left, its columns to the feet only",
        header=said("L", "MLO", "P", "F"),
        shows="RMLO",
        asks=("says left breast", "P\\F", "would fit a right one"),
    ),
    MessyHeader(
        title="a left LM of which one word in the series says right",
        header=said(None, "LM", "A", "F", Laterality="R"),
        shows="LMLO",
        asks=("says right breast", "A\\F", "would fit a left one"),
    ),
    MessyHeader(
        title="a spot view whose orientation is that of the other breast",
        header=said("L", "CC", "P", "L", ViewCodeSequence=code(CC, SPOT)),
        shows="RCC",
        way="spot",
        asks=("says left breast", "P\\L", "would fit a right one"),
    ),
    MessyHeader(
        title="a mirrored film, or the wrong breast",
        header=said("R", "CC"),
        shows="RCC",
        way="mirrored",
        asks=("says right breast", "chest wall is at the left", "may be mirrored"),
    ),
    MessyHeader(
        title="all breasts of a data set flipped to one side",
        header=said("R", "MLO", "", ""),
        shows="RMLO",
        way="mirrored",
        asks=("chest wall is at the left",),
    ),
    MessyHeader(
        title="the header says left, the picture is a right one",
        header=said("L", "MLO"),
        shows="RMLO",
        asks=("says left breast", "as usual in a right breast"),
    ),
    MessyHeader(
        title="Patient Orientation not mirrored with the picture",
        header=said("R", "CC", "P", "L"),
        shows="RCC",
        way="mirrored",
        asks=("P\\L", "at the right", "at the left"),
    ),
    MessyHeader(
        title="Patient Orientation of the other breast",
        header=said("R", "MLO", "A", "FR"),
        shows="RMLO",
        asks=("A\\FR", "that of a left one"),
    ),
    MessyHeader(
        title="Patient Orientation of an MLO on a CC",
        header=said("R", "CC", "P", "F"),
        shows="RCC",
        asks=("P\\F", "fits no CC view"),
    ),
    MessyHeader(
        title="Patient Orientation of a chest radiograph",
        header=said("L", "CC", "L", "F"),
        shows="LCC",
        asks=("L\\F", "fits no CC view"),
    ),
    MessyHeader(
        title="half of a Patient Orientation",
        header=said("L", "CC", "A", ""),
        shows="LCC",
        asks=("A\\?", "fits no CC view"),
    ),
    MessyHeader(
        title="a Patient Orientation of one word",
        header=said("L", "CC", "A"),
        shows="LCC",
        asks=("fits no CC view",),
    ),
    MessyHeader(
        title="upside down, and the header says upright",
        header=said("R", "MLO", "P", "FL"),
        shows="RMLO",
        way="upside down",
        asks=("head at the top", "lower end"),
    ),
    MessyHeader(
        title="upside down, and the header says nothing",
        header=said("R", "MLO"),
        shows="RMLO",
        way="upside down",
        asks=("lower end", "upside down"),
    ),
    MessyHeader(
        title="turned over, and the header says nothing",
        header=said("L", "MLO"),
        shows="LMLO",
        way="turned over",
        asks=("says left breast", "lower end"),
    ),
    MessyHeader(
        title="on its side, and the header says nothing",
        header=said("R", "CC"),
        shows="RCC",
        way="on its side",
        asks=("at the top of the picture", "may be turned"),
    ),
    MessyHeader(
        title="two lateralities",
        header=said("R", "CC", Laterality="L"),
        shows="RCC",
        asks=("contradicts itself",),
    ),
    MessyHeader(
        title="laterality against body region",
        header=said("R", "CC", AnatomicRegionSequence=code(LEFT_BREAST)),
        shows="RCC",
        asks=("contradicts itself", "body region says left"),
    ),
    MessyHeader(
        title="View Position against the code",
        header=said("R", "CC", ViewCodeSequence=code(MLO)),
        shows="RCC",
        asks=("View Position says CC", "code MLO"),
    ),
    MessyHeader(
        title="two codes of views",
        header=said("R", "CC", ViewCodeSequence=Sequence([code(CC)[0], code(MLO)[0]])),
        shows="RCC",
        asks=("several views",),
    ),
]
MISSING = [
    MessyHeader(
        title="no laterality", header=said(None, "CC"), shows="LCC", asks=("which breast", "usual in a left")
    ),
    MessyHeader(title="no view", header=said("R", None), shows="RMLO", asks=("which view",)),
    MessyHeader(
        title="a code that nobody knows",
        header=said("R", None, ViewCodeSequence=code("1234567")),
        shows="RMLO",
        asks=("which view",),
    ),
    MessyHeader(title="nothing at all", header={}, shows="RMLO", asks=("which breast", "which view")),
    MessyHeader(
        title="an unpaired laterality", header=said("U", "MLO"), shows="RMLO", asks=("which breast",)
    ),
    MessyHeader(
        title="both breasts in a CC",
        header=said("B", "CC"),
        shows="RCC",
        asks=("both breasts are in this image",),
    ),
    MessyHeader(
        title="no laterality, though Patient Orientation would tell",
        header=said(None, "MLO", "P", "FL"),
        shows="RMLO",
        asks=("which breast",),
    ),
]
SPECIAL = [
    MessyHeader(
        title="spot compression, whose tissue fills the field",
        header=said("R", "CC", "P", "L", ViewCodeSequence=code(CC, SPOT)),
        shows="RCC",
        way="spot",
        name="RCC",
        words="spot compression",
    ),
    MessyHeader(
        title="spot compression without Patient Orientation",
        header=said("R", "MLO", ViewCodeSequence=code(MLO, SPOT)),
        shows="LMLO",
        way="spot",
        name="RMLO",
        words="spot compression",
    ),
    MessyHeader(
        title="magnified spot",
        header=said(
            "L",
            "CC",
            ViewCodeSequence=code(CC, SPOT, MAGNIFICATION),
            EstimatedRadiographicMagnificationFactor=1.8,
        ),
        shows="LCC",
        way="spot",
        name="LCC",
        words="spot compression, magnified 1.8 times",
    ),
    MessyHeader(
        title="magnified by its factor, without a modifier",
        header=said("L", "ML", EstimatedRadiographicMagnificationFactor=1.5),
        shows="LMLO",
        way="spot",
        name="LML",
        words="magnified 1.5 times",
    ),
    MessyHeader(
        title="magnified by its modifier, with the factor of a contact view",
        header=said(
            "L", "CC", ViewCodeSequence=code(CC, MAGNIFICATION), EstimatedRadiographicMagnificationFactor=1.06
        ),
        shows="LCC",
        way="spot",
        name="LCC",
        words="magnified, by how much is not known",
    ),
    MessyHeader(
        title="a contact view with its factor",
        header=said("L", "CC", EstimatedRadiographicMagnificationFactor=1.06),
        shows="LCC",
        name="LCC",
    ),
    MessyHeader(
        title="implant displaced",
        header=said(
            "R", "CC", "P", "L", ViewCodeSequence=code(CC, IMPLANT_DISPLACED), BreastImplantPresent="YES"
        ),
        shows="RCC",
        name="RCC",
        words="implant displaced",
    ),
    MessyHeader(
        title="implant in view",
        header=said("L", "MLO", "A", "FR", BreastImplantPresent="YES"),
        shows="LMLO",
        name="LMLO",
        words="implant in view",
    ),
    MessyHeader(
        title="exaggerated laterally, by code",
        header=said("R", None, "P", "L", ViewCodeSequence=code("399192008")),
        shows="RCC",
        name="RXCCL",
    ),
    MessyHeader(
        title="rolled",
        header=said("L", "CC", ViewCodeSequence=code(CC, "399197002")),
        shows="LCC",
        name="LCC",
        words="rolled laterally",
    ),
    MessyHeader(
        title="cleavage with both breasts",
        header=said("B", "CC", ViewCodeSequence=code(CC, "399161006")),
        shows="RCC",
        way="no breast",
        name="CC",
        words="cleavage",
    ),
    MessyHeader(
        title="tangential",
        header=said("R", "ML", ViewCodeSequence=code("399260004", "399110001")),
        shows="RMLO",
        way="spot",
        name="RML",
        words="tangential",
    ),
    MessyHeader(
        title="a part of a large breast",
        header=said("R", "CC", "P", "L", PartialView="YES"),
        shows="RCC",
        name="RCC",
        words="part of the breast",
    ),
    MessyHeader(
        title="no breast to be seen, the header good",
        header=said("R", "CC", "P", "L"),
        shows="RCC",
        way="no breast",
        name="RCC",
    ),
]
MESSY_HEADERS = [*GOOD, *TURNED, *CONTRADICTING, *MISSING, *SPECIAL]
