"""Four views of a phantom at 0.1 mm against the slow prototype of one, per pixel.

The prototype is no part of the product: where it does not lie beside the repository, the race is left out.
Both draw at random, so their images cannot be equal; what is checked is that they hold the same kinds of
things.
"""

import importlib.util
import itertools
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.race import Race
from ml.phantom import Phantom, make_exam

PROTOTYPE = Path(__file__).resolve().parents[2] / "shared" / "prototypes" / "science" / "phantom_proto.py"
# A new breast each time, so that nothing kept from the last one helps.
SEEDS = itertools.count(11)
MEASURED = 3


def races() -> Iterator[Race]:
    if not PROTOTYPE.is_file():
        print("phantom: left out, because the prototype does not lie beside the repository")
        return
    yield Race(
        name="phantom of four views at 0.1 mm, per pixel / prototype of one",
        ours=_ours,
        theirs=_theirs,
        check=_hold_the_same_kinds,
        goal=5,
        measure=_ns_per_pixel,
        unit="ns/px",
    )


def _ours() -> list[Phantom]:
    return make_exam(next(SEEDS), has_bac=True, has_grid=False)


def _theirs() -> Any:
    return _prototype().make(next(SEEDS))


@cache
def _prototype() -> ModuleType:
    spec = importlib.util.spec_from_file_location("phantom_proto", PROTOTYPE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _hold_the_same_kinds(ours: list[Phantom], theirs: Any) -> None:
    assert len(ours) == 4
    for phantom in ours:
        assert phantom.raw.dtype == theirs.raw16.dtype == np.uint16
        assert phantom.pixel_spacing_mm == theirs.px == 0.1
        assert phantom.bac.any()
        assert theirs.bac_visible.any()
        assert phantom.bac_thickness_mm.shape == phantom.raw.shape
        assert theirs.h_ca.shape == theirs.raw16.shape
        assert phantom.mass_mg > 0
        assert theirs.h_ca.sum() > 0


def _ns_per_pixel(side: Callable[[], Any], result: Any) -> float:
    shapes = [view.raw.shape for view in result] if isinstance(result, list) else [result.raw16.shape]
    return min(_cpu_ns(side) for _ in range(MEASURED)) / sum(rows * columns for rows, columns in shapes)


def _cpu_ns(side: Callable[[], Any]) -> float:
    started = time.process_time_ns()
    side()
    return time.process_time_ns() - started
