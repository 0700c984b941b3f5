"""Write mask_vectors.json: the masks, strokes and refusals on which Python and the browser must agree.

Run from the repository root: `python -m tests.data.make_mask_vectors`; review the difference.
"""

import json
from base64 import b64encode
from pathlib import Path

import numpy as np

from ml.masks import Runs, capsule, digest, encode, encode_compact, from_dense, tube, xor
from tests.data.compact_vectors import compact_masks, damaged_compact, invalid_compact

VECTORS = Path(__file__).with_name("mask_vectors.json")
SEED = 20240611
HEADER = b"TLM\x01"


def _vector(name: str, mask: Runs) -> dict:
    return {
        "name": name,
        "rows": mask.rows,
        "columns": mask.columns,
        "runs": mask.runs.tolist(),
        "base64": b64encode(encode(mask)).decode(),
        "compact": b64encode(encode_compact(mask)).decode(),
        "sha256": digest(mask),
    }


def _named_masks() -> dict[str, Runs]:
    generator = np.random.default_rng(SEED)
    checked = Runs.checked
    return {
        "empty": checked(5, 7, []),
        "empty_largest": checked(16384, 16384, []),
        "one_pixel_image": checked(1, 1, [[0, 0, 1]]),
        "first_run_starts_row_zero": checked(4, 6, [[0, 0, 2], [0, 4, 6], [3, 5, 6]]),
        "first_run_in_later_row": checked(300, 400, [[200, 150, 399]]),
        "full": checked(3, 300, [[0, 0, 300], [1, 0, 300], [2, 0, 300]]),
        "right_edge_then_left_edge": checked(3, 5, [[0, 3, 5], [1, 0, 2]]),
        "smallest_gaps": checked(2, 9, [[0, 0, 1], [0, 2, 3], [0, 4, 5], [1, 1, 2], [1, 3, 9]]),
        "two_and_three_byte_numbers": checked(
            16384, 16384, [[127, 127, 255], [128, 128, 16384], [16383, 0, 16384]]
        ),
        "random_sparse": from_dense(generator.random((40, 61)) < 0.1),
        "random_dense": from_dense(generator.random((33, 47)) < 0.6),
        "mammogram_stroke": capsule(4096, 3328, (1000.25, 800.5), (1180.75, 1333.0), 9.5),
        **compact_masks(),
    }


def _capsules() -> list[dict]:
    cases = [
        (20, 30, [10.5, 15.5], [10.5, 15.5], 0.0),
        (20, 30, [10.0, 15.0], [10.0, 15.0], 0.5),
        (20, 30, [10.0, 15.0], [10.0, 15.0], 0.75),
        (20, 30, [10.5, 15.5], [10.5, 15.5], 5.0),
        (20, 30, [3.5, 2.5], [3.5, 27.5], 2.0),
        (20, 30, [2.5, 3.5], [17.5, 3.5], 1.5),
        (20, 30, [2.5, 2.5], [17.5, 17.5], 1.4142135623730951),
        (20, 30, [17.25, 2.125], [3.5, 25.75], 2.3),
        (20, 30, [-5.0, -5.0], [4.0, 6.0], 3.0),
        (20, 30, [10.0, 28.0], [12.0, 45.0], 6.5),
        (20, 30, [50.0, 50.0], [60.0, 60.0], 4.0),
        (400, 500, [380.4, 12.7], [21.9, 470.3], 10.5),
        (400, 500, [200.0, 10.0], [200.001, 490.0], 7.0),
    ]
    generator = np.random.default_rng(SEED)
    for _ in range(12):
        a, b = generator.uniform(-10, 130, (2, 2)).round(3).tolist()
        cases.append((100, 120, a, b, round(float(generator.uniform(0.5, 12)), 2)))
    return [
        {
            "rows": rows,
            "columns": columns,
            "a": a,
            "b": b,
            "radius_px": radius_px,
            "runs": capsule(rows, columns, a, b, radius_px).runs.tolist(),
        }
        for rows, columns, a, b, radius_px in cases
    ]


def _tubes() -> list[dict]:
    cases = [
        (20, 30, [], []),
        (20, 30, [[10.0, 15.0]], [5.0]),
        (20, 30, [[10.5, 3.5], [10.5, 26.5]], [6.0, 6.0]),
        (20, 30, [[10.5, 3.5], [10.5, 26.5]], [1.0, 9.0]),
        (20, 30, [[2.5, 3.5], [17.5, 3.5], [17.5, 25.5]], [0.0, 4.0, 2.0]),
        (20, 30, [[5.0, 5.0], [5.0, 5.0], [12.0, 19.0]], [3.0, 7.0, 3.0]),
        (20, 30, [[-4.0, -6.0], [30.0, 40.0]], [12.0, 3.0]),
    ]
    generator = np.random.default_rng(SEED)
    for count in (3, 9, 40):
        points = generator.uniform(-10, 130, (count, 2)).round(3).tolist()
        cases.append((100, 120, points, generator.uniform(0, 20, count).round(2).tolist()))
    return [
        {
            "rows": rows,
            "columns": columns,
            "points": points,
            "widths_px": widths_px,
            "runs": tube(rows, columns, points, widths_px).runs.tolist(),
        }
        for rows, columns, points, widths_px in cases
    ]


def _xors() -> list[dict]:
    generator = np.random.default_rng(SEED)
    noise = [from_dense(generator.random((24, 31)) < share) for share in (0.2, 0.5, 0.9)]
    stroke = capsule(24, 31, (3.0, 4.0), (20.0, 28.0), 3.5)
    none, full = Runs.checked(24, 31, []), from_dense(np.ones((24, 31), dtype=bool))
    pairs = [(none, none), (none, stroke), (stroke, stroke), (full, stroke), (noise[0], noise[1])]
    pairs += [(noise[1], noise[2]), (stroke, noise[1]), (full, none)]
    text = [[b64encode(encode(mask)).decode() for mask in (a, b, xor(a, b))] for a, b in pairs]
    return [dict(zip(("a", "b", "xor"), row, strict=True)) for row in text]


def _invalid() -> list[dict]:
    cases = {
        "no_bytes": (b"", "not_a_mask"),
        "other_magic": (b"TLX\x01\x05\x07\x00", "not_a_mask"),
        "magic_only": (b"TLM", "truncated"),
        "version_zero": (b"TLM\x00\x05\x07\x00", "unknown_version"),
        "version_three": (b"TLM\x03\x05\x07\x00", "unknown_version"),
        "no_run_count": (HEADER + b"\x05\x07", "truncated"),
        "cut_inside_a_number": (HEADER + b"\x05\x07\x01\x00\x00\x80", "truncated"),
        "one_run_missing": (HEADER + b"\x05\x07\x02\x00\x00\x02", "truncated"),
        "claims_34_billion_runs": (HEADER + b"\x05\x07\xff\xff\xff\xff\x7f", "truncated"),
        "byte_after_empty": (HEADER + b"\x05\x07\x00\x00", "trailing_bytes"),
        "byte_after_run": (HEADER + b"\x05\x07\x01\x00\x00\x02\x01", "trailing_bytes"),
        "open_number_after_run": (HEADER + b"\x05\x07\x01\x00\x00\x02\x80", "trailing_bytes"),
        "run_past_right_edge": (HEADER + b"\x05\x07\x01\x00\x06\x02", "run_out_of_bounds"),
        "run_below_last_row": (HEADER + b"\x05\x07\x01\x05\x00\x02", "run_out_of_bounds"),
        "second_run_past_right_edge": (HEADER + b"\x05\x07\x02\x00\x00\x02\x00\x01\x05", "run_out_of_bounds"),
        "run_of_34_billion_pixels": (
            HEADER + b"\x05\x07\x01\x00\x00\xff\xff\xff\xff\x7f",
            "run_out_of_bounds",
        ),
        "empty_run": (HEADER + b"\x05\x07\x01\x00\x02\x00", "not_canonical"),
        "touching_runs": (HEADER + b"\x05\x07\x02\x00\x00\x02\x00\x00\x02", "not_canonical"),
        "padded_number": (HEADER + b"\x85\x00\x07\x00", "not_canonical"),
        "six_byte_number": (HEADER + b"\x05\x07\x81\x80\x80\x80\x80\x01", "not_canonical"),
        "too_many_rows": (HEADER + b"\x81\x80\x01\x07\x00", "too_large"),
        "too_many_columns": (HEADER + b"\x05\x81\x80\x01\x00", "too_large"),
        "no_rows": (HEADER + b"\x00\x07\x00", "not_a_mask"),
        "no_columns": (HEADER + b"\x05\x00\x00", "not_a_mask"),
        **invalid_compact(),
    }
    return [
        {"name": name, "base64": b64encode(data).decode(), "code": code}
        for name, (data, code) in cases.items()
    ]


def build_vectors() -> dict:
    return {
        "masks": [_vector(name, mask) for name, mask in _named_masks().items()],
        "capsules": _capsules(),
        "tubes": _tubes(),
        "xors": _xors(),
        "invalid": _invalid(),
        "damaged": damaged_compact(),
    }


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(build_vectors(), separators=(",", ":")) + "\n", encoding="utf-8")
