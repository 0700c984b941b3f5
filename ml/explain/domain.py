"""Whether an image is like those that a network was trained on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ml.inference import BreastImage, breast_image, resample
from ml.networks import ModelCard
from ml.types import Acquisition

Statistics = Mapping[str, float | str]
# Of images like those of training, this share is flagged where their numbers are normally distributed.
FALSE_FLAGS = 0.01
# Of the mean: training images that hardly differ in something must not make it a reason.
LEAST_SPREAD = 0.02
FEWEST_IMAGES = 5
LONGER_SIDE_PX = 512
NUMBERS = {
    "breast_share": "the share of the image that the breast covers",
    "height_to_width": "the height of the breast over its width",
    "mean_grey": "the mean grey level of the breast",
    "median_grey": "the median grey level of the breast",
    "contrast": "the spread of grey levels in the breast",
    "detail": "how much neighbouring points of the breast differ",
}
WORDS = {"manufacturer": "the manufacturer", "presentation_intent": "the form of the image"}


@dataclass(frozen=True)
class OutOfDomain:
    """Whether an image is unlike the training images, and in what, in plain words.

    Attributes
    ----------
    flag : bool
        True where it is unlike them.
    reason : str
        What differs; where nothing could be judged, why; "" where nothing differs.
    """

    flag: bool
    reason: str


def image_statistics(pixels: NDArray[np.uint16], acquisition: Acquisition) -> dict[str, float | str]:
    """Describe an image in a few numbers.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        Facts from the header.

    Returns
    -------
    dict of str to float or str
        The `NUMBERS`, where a breast is found, and the `WORDS` that the header gives.

    Raises
    ------
    PredictionRefusedError
        With code `image_empty`.
    """
    breast = breast_image(pixels, acquisition)
    said = {name: getattr(acquisition, name) for name in WORDS}
    words = {name: value for name, value in said.items() if value}
    return words | (_numbers(breast) if breast.is_found else {})


def training_statistics(images: Sequence[Statistics]) -> dict[str, Any]:
    """Sum up the training images for a model card.

    Parameters
    ----------
    images : sequence of mapping
        From `image_statistics`.

    Returns
    -------
    dict
        "images", their number; of each number its mean and standard deviation; of each word what occurs.
        Nothing where there are too few images to tell how they differ.
    """
    found = [image for image in images if set(NUMBERS) <= set(image)]
    if len(found) < FEWEST_IMAGES:
        return {}
    numbers = {name: np.array([image[name] for image in found], dtype=np.float64) for name in NUMBERS}
    summed: dict[str, Any] = {
        name: [round(float(values.mean()), 6), round(float(values.std(ddof=1)), 6)]
        for name, values in numbers.items()
    }
    for name in WORDS:
        summed[name] = sorted({str(image[name]) for image in images if name in image})
    return {"images": len(found), **summed}


def is_out_of_domain(statistics: Statistics, card: ModelCard) -> OutOfDomain:
    """Compare an image with the training images of a network.

    Parameters
    ----------
    statistics : mapping
        From `image_statistics`.
    card : ModelCard
        Of the network.

    Returns
    -------
    OutOfDomain
        Flagged where the image has no breast that can be told from air, comes from a manufacturer or in a
        form that training never saw, or lies outside the interval in which all but `FALSE_FLAGS` of images
        like those of training are expected.

    Notes
    -----
    An image that is not flagged can still be unlike the training images in something that is not measured.
    """
    known = card.statistics
    count = known.get("images")
    if not isinstance(count, int) or count < FEWEST_IMAGES:
        return OutOfDomain(
            flag=False, reason="The model's card says too little of its training images to compare with."
        )
    if not set(NUMBERS) <= set(statistics):
        return OutOfDomain(
            flag=True,
            reason="No breast can be told from air here, as it can on the training images.",
        )
    reasons = [_odd_word(name, statistics, known) for name in WORDS]
    reasons += [_odd_number(name, float(statistics[name]), known.get(name), count) for name in NUMBERS]
    said = [reason for reason in reasons if reason]
    return OutOfDomain(flag=bool(said), reason=" ".join(said))


def _numbers(breast: BreastImage) -> dict[str, float | str]:
    rows, columns = breast.values.shape
    factor = LONGER_SIDE_PX / max(rows, columns)
    size = max(1, round(rows * factor)), max(1, round(columns * factor))
    grey = resample(breast.values, *size)
    inside = resample(breast.inside.astype(np.float32), *size) > 0.5
    values = grey[inside] if inside.any() else grey.ravel()
    both = inside[:, 1:] & inside[:, :-1]
    steps = np.abs(np.diff(grey, axis=1))[both] if both.any() else np.zeros(1)
    numbers = {
        "breast_share": float(breast.inside.sum() / math.prod(breast.shape)),
        "height_to_width": rows / columns,
        "mean_grey": float(values.mean()),
        "median_grey": float(np.median(values)),
        "contrast": float(values.std()),
        "detail": float(steps.mean()),
    }
    return {name: round(value, 6) for name, value in numbers.items()}


def _odd_word(name: str, statistics: Statistics, known: Mapping[str, Any]) -> str:
    seen, given = known.get(name), statistics.get(name)
    if not given or not isinstance(seen, list) or not seen or given in seen:
        return ""
    return f"Here {WORDS[name]} is {given!r}; in training it was {' or '.join(map(repr, seen))}."


def _odd_number(name: str, value: float, seen: object, count: int) -> str:
    if not (isinstance(seen, list) and len(seen) == 2):
        return ""
    mean, spread = map(float, seen)
    spread = max(spread, LEAST_SPREAD * abs(mean))
    tail = FALSE_FLAGS / (2 * len(NUMBERS))
    reach = float(stats.t.ppf(1 - tail, count - 1)) * spread * math.sqrt(1 + 1 / count)
    if abs(value - mean) <= reach:
        return ""
    return (
        f"Here {NUMBERS[name]} is {value:.3g}; of images like those of training it is expected between "
        f"{mean - reach:.3g} and {mean + reach:.3g}."
    )
