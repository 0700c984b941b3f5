"""Masks: pixels of a label as runs, their algebra, their bytes and their shapes."""

from ml.masks.algebra import area_px, difference, intersection, union, xor
from ml.masks.coco_rle import to_coco_rle
from ml.masks.codec import decode, digest, encode
from ml.masks.components import Component, bounding_box, components
from ml.masks.dense import (
    Box,
    from_dense,
    from_pixel_positions,
    pixel_positions,
    to_dense,
    to_dense_crop,
)
from ml.masks.drawing import capsule, polyline
from ml.masks.png import from_png, to_png
from ml.masks.runs import Runs, empty
from ml.masks.skeleton import kulpa_length_mm, kulpa_length_px, links, skeleton

__all__ = [
    "Box",
    "Component",
    "Runs",
    "area_px",
    "bounding_box",
    "capsule",
    "components",
    "decode",
    "difference",
    "digest",
    "empty",
    "encode",
    "from_dense",
    "from_pixel_positions",
    "from_png",
    "intersection",
    "kulpa_length_mm",
    "kulpa_length_px",
    "links",
    "pixel_positions",
    "polyline",
    "skeleton",
    "to_coco_rle",
    "to_dense",
    "to_dense_crop",
    "to_png",
    "union",
    "warm_up",
    "xor",
]


def warm_up() -> None:
    """Take every slow first step once, on a tiny mask, so that no reader waits for it."""
    skeleton(polyline(16, 16, [(4.0, 4.0), (12.0, 12.0)], 3.0))
