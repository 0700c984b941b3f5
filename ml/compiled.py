"""Compiles the loops over runs and pixels that numpy has no word for.

numba compiles a function on its first call and keeps the machine code beside the source, so no compiler is
needed at install time and only the first call of an installation is slow. Where the folder of the source
cannot be written, the code is kept in the user's cache; where that cannot be written either, nothing is kept
and each process compiles for itself. `NUMBA_CACHE_DIR` names another folder. Whoever waits is told on the
log `ml.compiled`, which goes to standard error unless the program sets logging up.

The kept code of a function is renewed when its own file changes, not when a file changes whose compiled
functions it calls; a compiled function therefore calls compiled functions of its own file only
(`tests/architecture/test_compiled.py`).
"""

import functools
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache

LOG = logging.getLogger(__name__)
PATIENCE_S = 2.0


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function on its first call, and keep the code for later processes where that is possible.

    Parameters
    ----------
    function : callable
        A loop in the part of Python that numba knows.

    Returns
    -------
    dispatcher : numba dispatcher
        Called like the function; other threads go on while it runs.
    """
    dispatcher = njit(nogil=True, error_model="numpy")(function)
    try:
        # What `enable_caching` does, with a cache that never fails a call.
        dispatcher._cache = _ForgivingCache(function)  # noqa: SLF001
    except RuntimeError:
        _say_nothing_is_kept()
    return dispatcher


class _ForgivingCache(FunctionCache):
    """Numba's cache on disk, but files that cannot be read or written cost time and nothing else."""

    waited_s = 0.0  # for all functions of this process

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            kept = super().load_overload(sig, target_context)
        except Exception:  # noqa: BLE001  half a file fails in as many ways as there are bytes to miss
            with suppress(OSError):
                self.flush()
            kept = None
        self._missed_s = time.monotonic()
        return kept

    def save_overload(self, sig: Any, data: Any) -> None:
        waited_s = _ForgivingCache.waited_s
        _ForgivingCache.waited_s += time.monotonic() - self._missed_s
        if waited_s < PATIENCE_S <= _ForgivingCache.waited_s:
            LOG.warning("Compiling the label engine, once per installation; this takes up to a minute.")
        try:
            super().save_overload(sig, data)
        except OSError:
            _say_nothing_is_kept()


@functools.cache
def _say_nothing_is_kept() -> None:
    LOG.warning(
        "The compiled code of the label engine cannot be kept, so every process compiles it again, which "
        "takes up to a minute; set NUMBA_CACHE_DIR to a folder that can be written."
    )
