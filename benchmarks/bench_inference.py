"""Networks over whole images: the fastest engine in agreement, against usual ways to run the same weights.

The published script of SCU-Net cuts an image into patches of 512 every 480 pixels, writes each as a PNG file,
reads it again, runs it in float64, writes what comes out as a .npy file and puts the maximum together pixel
by pixel; `_theirs_scunet` does the same, written anew. The large network is compared with torch as it comes:
float32, eager. Engines are chosen anew, and outside the time.
"""

import functools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.peak_memory import peak_memory_mib
from benchmarks.race import Figure, Race
from ml.inference import Engine, Predictor, TorchEngine, choose_engine, golden_image
from ml.inference.golden import LEAST_DICE, agreement
from ml.inference.openvino_engine import OpenVinoEngine
from ml.networks import (
    SHIPPED_CHECKPOINT,
    ImportedWeights,
    build_network,
    import_checkpoint,
    load_network,
    pack_weights,
)

TILE, STRIDE = 512, 480
# Whole numbers of their stride, so that both sides cut the same tiles.
RACE_SHAPE = (TILE + STRIDE, TILE + STRIDE)
FULL_SHAPE = (4096, 3328)
LARGE = 1600
EIGHT_BIT = {"pixel_spacing_mm": None, "bits_stored": 8, "is_inverted": False, "is_linear": False}


def races() -> Iterator[Race]:
    yield Race(
        name="SCU-Net over a whole image, one thread / its published script's scheme",
        ours=_ours_scunet,
        theirs=_theirs_scunet,
        check=_mark_the_same,
        goal=6,
    )
    network = _large_network()
    yield Race(
        name="DeepLabV3+-MobileNetV3 at 1600 x 1600, two cores / torch float32, eager",
        ours=functools.partial(_run_large, network, is_fast=True),
        theirs=functools.partial(_run_large, network, is_fast=False),
        check=_nearly_equal,
        goal=5,
    )


def figures() -> Iterator[Figure]:
    yield Figure(
        name="SCU-Net over a whole image: all but the network, of the network's time",
        measure=_glue_percent,
        limit=2,
        unit="%",
    )
    yield Figure(
        name="SCU-Net over 4096 x 3328: peak memory beyond the loaded network",
        measure=lambda: peak_memory_mib(full_image),
        limit=1000,
        unit="MiB",
    )


def prepare() -> None:
    """Load what `full_image` needs, before its memory is counted."""
    torch.set_num_threads(1)
    _ours_scunet()


def full_image() -> None:
    _predictor().predict(_image(FULL_SHAPE), **EIGHT_BIT)


def _image(shape: tuple[int, int]) -> NDArray[np.uint16]:
    """Fill an image with breast tissue: the golden image and its mirror images side by side."""
    missing = [(0, wanted - there) for wanted, there in zip(shape, golden_image().shape, strict=True)]
    return np.pad(golden_image(), missing, mode="symmetric")


@functools.cache
def _weights() -> ImportedWeights:
    weights = import_checkpoint(SHIPPED_CHECKPOINT)
    card = replace(weights.card, tile_px=TILE, overlap_px=TILE - STRIDE, median_px=5)
    return pack_weights(load_network(weights), card)


@functools.cache
def _predictor() -> Predictor:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        return Predictor(_weights(), engine=choose_engine(_weights(), "cpu", Path(folder)))


def _ours_scunet() -> NDArray[np.uint8]:
    torch.set_num_threads(1)
    return _predictor().predict(_image(RACE_SHAPE), **EIGHT_BIT)


@functools.cache
def _double_network() -> torch.nn.Module:
    return load_network(_weights()).double()


def _theirs_scunet() -> NDArray[np.uint8]:
    torch.set_num_threads(1)
    image = cv2.medianBlur(_image(RACE_SHAPE).astype(np.uint8), 5)
    whole = np.zeros(image.shape)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corners = _write_patches(image, folder)
        for row, column in corners:
            _write_prediction(folder / f"{row}_{column}.png")
        for row, column in corners:
            _put_maximum(whole, np.load(folder / f"{row}_{column}.npy"), row, column)
    return np.rint(whole * 255).astype(np.uint8)


def _write_patches(image: NDArray[np.uint8], folder: Path) -> list[tuple[int, int]]:
    corners = []
    for row in range(0, image.shape[0] - TILE + 1, STRIDE):
        for column in range(0, image.shape[1] - TILE + 1, STRIDE):
            patch = image[row : row + TILE, column : column + TILE]
            if patch.mean() > 20 and patch.std() > 10:
                cv2.imwrite(str(folder / f"{row}_{column}.png"), np.dstack([patch] * 3))
                corners.append((row, column))
    return corners


def _write_prediction(path: Path) -> None:
    card = _weights().card
    values = (cv2.imread(str(path)).astype(np.float64) / 255 - card.mean) / card.standard_deviation
    with torch.no_grad():
        output = _double_network()(torch.from_numpy(values.transpose(2, 0, 1)[None].copy()))
    np.save(path.with_suffix(".npy"), torch.sigmoid(output)[0, 0].numpy())


def _put_maximum(whole: NDArray[np.float64], found: NDArray[np.float64], row: int, column: int) -> None:
    for i in range(TILE):
        for j in range(TILE):
            whole[row + i, column + j] = max(whole[row + i, column + j], found[i, j])


def _mark_the_same(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> None:
    assert agreement(ours, theirs, _weights().card.cutoff) >= LEAST_DICE


class _Stopwatch:
    """An engine that knows how long it ran."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.device, self.tiles_at_once = engine.name, engine.device, engine.tiles_at_once
        self._engine = engine
        self.seconds = 0.0

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        started = time.process_time()
        output = self._engine.run(batch)
        self.seconds += time.process_time() - started
        return output


def _glue_percent() -> float:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        watch = _Stopwatch(choose_engine(_weights(), "cpu", Path(folder)))
    predictor, image = Predictor(_weights(), engine=watch), _image(FULL_SHAPE)
    predictor.predict(_image(RACE_SHAPE), **EIGHT_BIT)
    shares = []
    for _ in range(3):
        watch.seconds = 0.0
        started = time.process_time()
        predictor.predict(image, **EIGHT_BIT)
        shares.append((time.process_time() - started) / watch.seconds - 1)
    return min(shares) * 100


@functools.cache
def _large_network() -> torch.nn.Module:
    """Build the network with the trained weights that are shipped, or drawn ones where none are yet."""
    shipped = next(SHIPPED_CHECKPOINT.parent.glob("*mobilenet*.safetensors"), None)
    if shipped is not None:
        return load_network(import_checkpoint(shipped))
    print("MobileNetV3: no trained weights are shipped, so Dice of its bfloat16 is NOT SHOWN here")
    torch.manual_seed(7)
    return build_network("deeplabv3plus-mobilenetv3").eval()


@functools.cache
def _large_engine(network: torch.nn.Module, *, is_fast: bool) -> Engine:
    if not is_fast:
        return TorchEngine(network, channels_last=False)
    with tempfile.TemporaryDirectory() as folder:
        return OpenVinoEngine(network, shape=(LARGE, LARGE), precision="bfloat16", cache_folder=Path(folder))


def _run_large(network: torch.nn.Module, *, is_fast: bool) -> NDArray[np.float32]:
    torch.set_num_threads(2)
    values = _image((LARGE, LARGE)).astype(np.float32) / 255
    batch = np.repeat(values[None, None], 3, axis=1)
    return _large_engine(network, is_fast=is_fast).run(batch)


def _nearly_equal(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> None:
    """Where weights are drawn there is nothing to mark: raw output within a twentieth of its range."""
    assert np.abs(ours - theirs).max() <= 0.05 * np.ptp(theirs)
    if next(SHIPPED_CHECKPOINT.parent.glob("*mobilenet*.safetensors"), None) is not None:
        ours, theirs = ours > 0, theirs > 0
        both = np.count_nonzero(ours) + np.count_nonzero(theirs)
        assert 2 * np.count_nonzero(ours & theirs) >= LEAST_DICE * both
