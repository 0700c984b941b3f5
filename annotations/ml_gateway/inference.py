"""Networks on stored images. Called in a worker only: a web process never loads torch."""

import io
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from annotations.errors import InvalidError, WorkerUnfitError
from annotations.ml_gateway.acquisition import acquisition_of
from annotations.models import Mammogram
from ml.errors import GoldenImageError, MlError, PredictionCancelledError
from ml.images import read_clean_png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ml.inference import PredictArguments, Predictor

RECORDED_PACKAGES = ("torch", "openvino", "numpy", "opencv-python-headless", "pillow", "safetensors")
# Two models fit in a worker's memory beside a full-size image; a third pushes the oldest out.
LOADED_MODELS = 2


@dataclass(frozen=True)
class Prediction:
    """A probability map as an 8-bit grey PNG (probability times 255), and how it came to be."""

    probability_png: bytes
    seconds: float
    provenance: dict[str, object]


def predict(
    content: bytes,
    mammogram: Mammogram,
    *,
    weights_path: Path,
    weights_sha256: str,
    engine_folder: Path,
    report_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> Prediction | None:
    """Run a network over a stored image; None where `should_stop` said so."""
    started_s = time.monotonic()
    with _ml_errors_translated():
        predictor = _load_predictor(weights_path, weights_sha256, engine_folder)
        pixels = read_clean_png(content)
        arguments = _predict_arguments(pixels, mammogram)
        try:
            probability = predictor.predict(
                pixels, **arguments, on_progress=report_progress, should_cancel=should_stop
            )
        except PredictionCancelledError:
            return None
    seconds = time.monotonic() - started_s
    provenance = {
        "weights_sha256": weights_sha256,
        "model_name": predictor.card.name,
        "model_version": predictor.card.version,
        "pixels_sha256": mammogram.pixels_sha256,
        "parameters": arguments,
        "engines": list(predictor.engines_used),
        "seconds": round(seconds, 3),
        "packages": {package: version(package) for package in RECORDED_PACKAGES},
    }
    file = io.BytesIO()
    Image.fromarray(probability).save(file, "PNG")
    return Prediction(file.getvalue(), seconds, provenance)


def load_models(weights: Iterable[tuple[Path, str]], *, engine_folder: Path) -> None:
    """Load torch and the given weights, as (path, digest), before they are needed.

    Raises WorkerUnfitError where one of them does not find on the golden image what it should.
    """
    from ml import inference  # noqa: F401, PLC0415 - torch itself, even where there is no model yet

    with _ml_errors_translated():
        for path, sha256 in weights:
            _load_predictor(path, sha256, engine_folder)


def measure_engines(weights_path: Path, *, engine_folder: Path) -> str:
    """Measure once how weights run fastest on this machine among the ways that agree; return its name."""
    from ml.inference import best_device, choose_engine  # noqa: PLC0415 - as in _load_predictor
    from ml.networks import import_checkpoint  # noqa: PLC0415 - as in _load_predictor

    with _ml_errors_translated():
        return choose_engine(import_checkpoint(weights_path), best_device(), engine_folder).name


@lru_cache(maxsize=LOADED_MODELS)
def _load_predictor(weights_path: Path, weights_sha256: str, engine_folder: Path) -> "Predictor":  # noqa: ARG001 - the digest is the cache's key
    """Load weights once a process and try them on the golden image; the digest says which they are."""
    from ml.inference import best_device, load_fast_predictor  # noqa: PLC0415 - torch, 2 s and 300 MB that a web process never needs

    return load_fast_predictor(weights_path, best_device(), engine_folder)


def _predict_arguments(pixels: "NDArray[np.uint16]", mammogram: Mammogram) -> "PredictArguments":
    from ml.inference import predict_arguments  # noqa: PLC0415 - as in _load_predictor

    return predict_arguments(pixels, acquisition_of(mammogram))


@contextmanager
def _ml_errors_translated() -> Iterator[None]:
    try:
        yield
    except GoldenImageError as error:
        raise WorkerUnfitError(error.message) from error
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
