"""Strokes on their way to the server: how many bytes, and how long the end of a stroke takes."""

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks.race import Figure

SCRIPT = Path(__file__).parent / "viewer" / "stroke_messages.mjs"


def figures() -> Iterator[Figure]:
    """Measure 400 simulated strokes; the script says which.

    A message is the whole JSON of one operation in the body of a request, the body all that is sent where a
    stroke travels alone. The end of a stroke is from the pointer's release to the operation: the pixels that
    changed are found, the compact form written, the mask of the label joined with it.
    """
    yield _figure("viewer: message of a stroke, median of 400", "message_median_bytes", 200, "bytes")
    yield _figure(
        "viewer: body of a request with one stroke, median of 400", "body_median_bytes", 300, "bytes"
    )
    yield _figure("viewer: end of a stroke to its message, median of 400", "end_median_ms", 5, "ms")


def _figure(name: str, key: str, limit: float, unit: str) -> Figure:
    return Figure(name=name, measure=lambda: _measured()[key], limit=limit, unit=unit)


@cache
def _measured() -> dict[str, float]:
    command = ["node", str(SCRIPT)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
