"""One image with its labels, and what is known of it before it is read."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.types import Acquisition


@dataclass(frozen=True)
class Finding:
    """A microcalcification, or a group of them, that a reader named.

    Attributes
    ----------
    centre : tuple of float
        (row, column) in pixels of the image.
    histology : str
        What the tissue was; "" where it is not recorded.
    """

    centre: tuple[float, float]
    histology: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What is known of an example without reading its image.

    Attributes
    ----------
    image_id : str
        Of the example: several readings of one image are several examples.
    patient_id : str
        Pseudonym.
    age_years : int or None
        Of the patient at the time of the image.
    split : {"train", "validation", "test"}
        The part it belongs to where the source is used as it was frozen.
    present : dict of str to bool
        For each label whether it is on the image; a label that nobody looked for is not in it.
    answers : dict of str to str
        Answers about the image, by the short name of the question.
    findings : tuple of Finding
        Those that are no mask.
    """

    image_id: str
    patient_id: str
    age_years: int | None
    split: str
    present: dict[str, bool]
    answers: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Example:
    """One image with its labels.

    Attributes
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    masks : dict of str to ndarray of bool
        By label, as large as the image; a mask without a pixel says that there is nothing.
    questions : dict of str to str
        Answers about the image, by the short name of the question.
    """

    image_id: str
    patient_id: str
    age_years: int | None
    pixels: NDArray[np.uint16]
    acquisition: Acquisition
    masks: dict[str, NDArray[np.bool_]]
    questions: dict[str, str] = field(default_factory=dict)


class Source(Protocol):
    """Images with labels, listed at once and read one by one."""

    @property
    def version(self) -> str:
        """What the model card says of where the weights come from."""

    @property
    def is_synthetic(self) -> bool:
        """Whether no real image is among them."""

    @property
    def listings(self) -> tuple[Listing, ...]:
        """Every example, always in the same order."""

    def read(self, listing: Listing) -> Example:
        """Return the example of a listing."""
