"""Masks: pixels of a label as runs, their algebra, their bytes and their shapes."""

from ml.masks.algebra import area_px, difference, intersection, intersection_area_px, union, xor
from ml.masks.branches import branches, prune_spurs
from ml.masks.coco_rle import from_coco_rle, to_coco_rle
from ml.masks.codec import decode, digest, encode, encode_compact
from ml.masks.components import Component, ComponentTable, bounding_box, components, label_components
from ml.masks.crop import crop, paste
from ml.masks.dense import (
    Box,
    from_dense,
    from_pixel_positions,
    pixel_positions,
    to_dense,
    to_dense_crop,
)
from ml.masks.drawing import capsule, polyline, tube
from ml.masks.edge_distance import edge_distance_mm, edge_distance_px
from ml.masks.length import (
    end_capped_length_mm,
    kulpa_length_mm,
    kulpa_length_of_pieces_mm,
    kulpa_length_px,
    links,
)
from ml.masks.near import count_within, is_within
from ml.masks.png import from_png, to_png, to_png_1bit
from ml.masks.polygons import from_polygons, to_polygons
from ml.masks.runs import Runs, empty
from ml.masks.skeleton import skeleton
from ml.masks.spline import spline_length_mm

__all__ = [
    "Box",
    "Component",
    "ComponentTable",
    "Runs",
    "area_px",
    "bounding_box",
    "branches",
    "capsule",
    "components",
    "count_within",
    "crop",
    "decode",
    "difference",
    "digest",
    "edge_distance_mm",
    "edge_distance_px",
    "empty",
    "encode",
    "encode_compact",
    "end_capped_length_mm",
    "from_coco_rle",
    "from_dense",
    "from_pixel_positions",
    "from_png",
    "from_polygons",
    "intersection",
    "intersection_area_px",
    "is_within",
    "kulpa_length_mm",
    "kulpa_length_of_pieces_mm",
    "kulpa_length_px",
    "label_components",
    "links",
    "paste",
    "pixel_positions",
    "polyline",
    "prune_spurs",
    "skeleton",
    "spline_length_mm",
    "to_coco_rle",
    "to_dense",
    "to_dense_crop",
    "to_png",
    "to_png_1bit",
    "to_polygons",
    "tube",
    "union",
    "warm_up",
    "xor",
]


def warm_up() -> None:
    """Take every slow first step once, on a tiny mask, so that no reader waits for it."""
    mask = polyline(16, 16, [(4.0, 4.0), (12.0, 12.0)], 3.0)
    union(from_dense(to_dense(mask)), mask)
    intersection_area_px(mask, mask)
    area_px(mask)
    label_components(mask)
    decode(encode(mask))
    decode(encode_compact(mask))
    from_coco_rle(to_coco_rle(mask))
    from_polygons(16, 16, to_polygons(mask))
    to_png_1bit(mask)
    line = prune_spurs(mask, skeleton(mask))
    branches(line)
    end_capped_length_mm(mask, line, (1.0, 1.0))
    is_within(line, line, reach_mm=1.0, pixel_spacing_mm=(1.0, 1.0))
    count_within(line, line, reach_mm=1.0, pixel_spacing_mm=(1.0, 1.0))
