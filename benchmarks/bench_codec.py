"""Masks as bytes: how many, and how fast they are written and read."""

import io
from collections.abc import Iterator
from functools import cache

import numpy as np
from PIL import Image
from pycocotools import mask as coco

from benchmarks.labels import SHAPE, dense_pair, runs_pair
from benchmarks.race import Race
from ml import masks
from ml.phantom import make_phantom, third_party_mask

SIZE = f"{SHAPE[0]}x{SHAPE[1]}"
MASKS = range(9)


def races() -> Iterator[Race]:
    yield Race(
        name=f"stored masks, nine, bytes / COCO RLE, {SIZE}",
        ours=lambda: [masks.encode_compact(runs_pair(seed)[0]) for seed in MASKS],
        theirs=lambda: [coco.encode(_fortran(seed))["counts"] for seed in MASKS],
        check=_assert_same_masks,
        goal=3.5,
        measure=_bytes_of,
        unit="bytes",
    )
    yield Race(
        name="stored masks, four of simulated readers, bytes / COCO RLE, 2048x1664",
        ours=lambda: [masks.encode_compact(masks.from_dense(label)) for label in _simulated_readers()],
        theirs=lambda: [coco.encode(label)["counts"] for label in _simulated_readers()],
        check=_assert_same_readers,
        goal=3.5,
        measure=_bytes_of,
        unit="bytes",
    )
    yield Race(
        name=f"stored mask written from runs / PNG of eight bits with Pillow, {SIZE}",
        ours=lambda: masks.encode_compact(runs_pair()[0]),
        theirs=_write_png,
        check=lambda ours, theirs: _assert_same_pixels(masks.decode(ours), _read_png(theirs)),
        goal=100,
        rounds=9,
    )
    yield Race(
        name=f"stored mask read to runs / PNG of eight bits with Pillow, {SIZE}",
        ours=lambda: masks.decode(_compact()),
        theirs=lambda: _read_png(_png()),
        check=_assert_same_pixels,
        goal=60,
        rounds=9,
    )


@cache
def _fortran(seed):
    """The order that pycocotools wants."""
    return np.asfortranarray(dense_pair(seed).reference.view(np.uint8))


@cache
def _simulated_readers():
    """Labels that were not drawn for this folder: strokes along the calcified vessels of phantoms."""
    phantoms = [make_phantom(seed, rows=2048, columns=1664, pixel_spacing_mm=0.07) for seed in range(4)]
    painted = [third_party_mask(phantom, phantom.seed) for phantom in phantoms]
    return [np.asfortranarray(mask.view(np.uint8)) for mask in painted]


def _bytes_of(_side, stored):
    return sum(len(data) for data in stored)


@cache
def _picture():
    return dense_pair().reference.view(np.uint8) * np.uint8(255)


@cache
def _compact():
    return masks.encode_compact(runs_pair()[0])


@cache
def _png():
    return _write_png()


def _write_png():
    file = io.BytesIO()
    Image.fromarray(_picture()).save(file, "PNG")
    return file.getvalue()


def _read_png(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def _assert_same_masks(ours, theirs):
    for seed, compact, counts in zip(MASKS, ours, theirs, strict=True):
        mask = runs_pair(seed)[0]
        assert masks.decode(compact) == mask
        np.testing.assert_array_equal(masks.to_dense(mask), coco.decode({"size": SHAPE, "counts": counts}))


def _assert_same_readers(ours, theirs):
    for compact, counts, label in zip(ours, theirs, _simulated_readers(), strict=True):
        assert label.any()
        np.testing.assert_array_equal(masks.to_dense(masks.decode(compact)), label)
        np.testing.assert_array_equal(coco.decode({"size": label.shape, "counts": counts}), label)


def _assert_same_pixels(mask, picture):
    np.testing.assert_array_equal(masks.to_dense(mask), picture > 0)
