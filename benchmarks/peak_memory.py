"""How much memory one side of a race takes beyond its input, in a process of its own."""

import ctypes
import gc
import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def peak_memory_mib(side: Callable[[], Any]) -> float:
    """Run a side in a fresh process, and say by how much that grew at most, in MiB.

    Parameters
    ----------
    side : callable
        A function of a module of this folder; its module's `prepare` is called before.

    Returns
    -------
    growth_mib : float
        The highest resident size during the call less that after imports and `prepare`, as the kernel counts
        them.
    """
    command = [sys.executable, "-m", "benchmarks.peak_memory", side.__module__, side.__name__]
    grown_kib = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return max(grown_kib / 1024, 0.01)


def _measure_here(module_name: str, name: str) -> int:
    module = importlib.import_module(module_name)
    module.prepare()
    gc.collect()
    # What was freed and kept goes back first: memory that is taken from it again would not be seen.
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before_kib = _status_kib("VmRSS")
    getattr(module, name)()
    return _status_kib("VmHWM") - before_kib


def _status_kib(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


if __name__ == "__main__":
    print(_measure_here(*sys.argv[1:]))
