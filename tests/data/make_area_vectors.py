"""Write area_vectors.json: pieces of masks and filled polygons on which Python and the browser must agree.

Run from the repository root: `python -m tests.data.make_area_vectors`; review the difference.
"""

import json
from pathlib import Path

import numpy as np

from ml import masks

VECTORS = Path(__file__).with_name("area_vectors.json")
SEED = 20261121


def _masks() -> list[masks.Runs]:
    generator = np.random.default_rng(SEED)
    noise = [masks.from_dense(generator.random((23, 37)) < share) for share in (0.05, 0.2, 0.4, 0.6, 0.9)]
    strokes = masks.union(
        masks.capsule(120, 90, (10.5, 8.0), (100.25, 70.0), 4.5),
        masks.capsule(120, 90, (20, 60), (20, 88), 3),
    )
    corners = masks.from_dense(np.indices((6, 7)).sum(axis=0) % 2 == 0)
    return [masks.empty(4, 9), *noise, strokes, corners]


def _pieces(mask: masks.Runs) -> dict:
    table = masks.label_components(mask)
    return {
        "rows": mask.rows,
        "columns": mask.columns,
        "runs": mask.runs.tolist(),
        "of_run": table.label_of_run.tolist(),
        "areas_px": table.area_px.tolist(),
    }


def _rings() -> list[list[list[tuple[float, float]]]]:
    """Return polygons as rings of (row, column)."""
    generator = np.random.default_rng(SEED)
    drawn = [generator.uniform(-8, 48, (count, 2)).round(3).tolist() for count in (3, 5, 12, 60, 400)]
    on_grid = [generator.integers(0, 80, (count, 2)) / 2 for count in (4, 9, 30)]
    square = [(4.0, 5.0), (4.0, 15.0), (14.0, 15.0), (14.0, 5.0)]
    hole = [(7.5, 8.5), (7.5, 11.5), (11.5, 11.5), (11.5, 8.5)]
    star = [(2.0, 20.0), (38.0, 32.0), (14.0, 2.0), (14.0, 38.0), (38.0, 8.0)]
    return [
        [square],
        [square, hole],
        [star],
        [[(10.0, 10.0), (10.0, 20.0), (10.0, 30.0)]],
        *[[ring] for ring in drawn],
        *[[ring.tolist()] for ring in on_grid],
    ]


def _filled(rings: list[list[tuple[float, float]]]) -> dict:
    filled = masks.from_polygons(40, 40, rings)
    return {"rows": 40, "columns": 40, "rings": rings, "runs": filled.runs.tolist()}


def build_vectors() -> dict:
    return {
        "pieces": [_pieces(mask) for mask in _masks()],
        "polygons": [_filled(rings) for rings in _rings()],
    }


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(build_vectors(), separators=(",", ":")) + "\n", encoding="utf-8")
