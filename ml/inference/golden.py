"""The golden image: a small piece of a phantom that shows whether a network still gives what it gave.

`golden.png` is 640 x 512 pixels of 0.1 mm out of phantom 4,000,000, 1600 x 1200, MLO, with calcified
arteries, on the 0..255 scale. It is kept as pixels, so that a new version of the phantoms does not change it.
"""

import hashlib
import os
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import GoldenImageError
from ml.inference.predictor import Predictor
from ml.networks import ImportedWeights

GOLDEN_FILE = Path(__file__).parent / "golden.png"
# What float32 may lose to a faster way of computing, and a machine to another one.
LEAST_DICE = 0.998
# On the 0..255 scale of probability: where nothing is marked there is no Dice, and everywhere else besides.
LARGEST_MEAN_DIFFERENCE = 1.0


@cache
def golden_image() -> NDArray[np.uint16]:
    """Return the golden image.

    Returns
    -------
    ndarray of uint16, shape (640, 512)
        Eight bits stored, calcium bright.
    """
    content = np.frombuffer(GOLDEN_FILE.read_bytes(), dtype=np.uint8)
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)).astype(np.uint16)


def golden_map(predictor: Predictor) -> NDArray[np.uint8]:
    """Return what a predictor finds on the golden image.

    Parameters
    ----------
    predictor : Predictor
        With any engine.

    Returns
    -------
    ndarray of uint8, shape (rows, columns)
        Probability times 255. A network that sees small tiles is given its middle, three tiles wide and high.
    """
    image = golden_image()
    if predictor.card.input == "tiles":
        rows, columns = (min(length, 3 * predictor.card.tile_px) for length in image.shape)
        first = (image.shape[0] - rows) // 2, (image.shape[1] - columns) // 2
        image = image[first[0] : first[0] + rows, first[1] : first[1] + columns]
    spacing_mm = predictor.card.pixel_spacing_mm  # its own, so that nothing is resampled
    return predictor.predict(
        image, pixel_spacing_mm=spacing_mm, bits_stored=8, is_inverted=False, is_linear=False
    )


def expected_map(weights: ImportedWeights, cache_folder: Path) -> NDArray[np.uint8]:
    """Return what these weights are to find on the golden image.

    Parameters
    ----------
    weights : ImportedWeights
        Of a segmentation network.
    cache_folder : Path
        Where results are kept; each is computed once, by torch in float32 on a CPU, and never again.

    Returns
    -------
    ndarray of uint8, shape (rows, columns)
        As from `golden_map`.
    """
    digest = hashlib.sha256(GOLDEN_FILE.read_bytes()).hexdigest()
    path = cache_folder / weights.sha256 / f"golden-{digest[:16]}.png"
    if path.is_file():
        kept = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if kept is not None:
            return np.asarray(kept, dtype=np.uint8)
    computed = golden_map(Predictor(weights))
    path.parent.mkdir(parents=True, exist_ok=True)
    half_done = path.with_suffix(f".{os.getpid()}.part")
    half_done.write_bytes(cv2.imencode(".png", computed)[1].tobytes())
    half_done.replace(path)
    return computed


def agreement(found: NDArray[np.uint8], expected: NDArray[np.uint8], cutoff: float) -> float:
    """Say how well a map agrees with the expected one.

    Parameters
    ----------
    found, expected : ndarray of uint8, shape (rows, columns)
        Probability times 255.
    cutoff : float
        The model's, on the scale of probability.

    Returns
    -------
    float
        Dice of the marked pixels, 1 where neither map marks any; 0 where the maps differ by more than one of
        255 levels on average, whatever is marked.
    """
    difference = np.abs(found.astype(np.float32) - expected).mean()
    if difference > LARGEST_MEAN_DIFFERENCE:
        return 0.0
    marked, reference = found > cutoff * 255, expected > cutoff * 255
    both = np.count_nonzero(marked) + np.count_nonzero(reference)
    return 2 * np.count_nonzero(marked & reference) / both if both else 1.0


def check_golden(predictor: Predictor, expected: NDArray[np.uint8]) -> None:
    """Refuse a predictor that does not find on the golden image what it should.

    Parameters
    ----------
    predictor : Predictor
        As it will be used.
    expected : ndarray of uint8, shape (rows, columns)
        From `expected_map`.

    Raises
    ------
    GoldenImageError
        Where they do not agree.
    """
    dice = agreement(golden_map(predictor), expected, predictor.card.cutoff)
    if dice < LEAST_DICE:
        card = predictor.card
        raise GoldenImageError(
            f"{card.name} {card.version} does not find on the golden image what it found before: Dice is "
            f"{dice:.3f}, at least {LEAST_DICE} is needed ({', '.join(predictor.engines_used)}). Weights, "
            "libraries or the machine itself are not as they were; it is given no image until that is found."
        )
