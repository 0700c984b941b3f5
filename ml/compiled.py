"""Compiles the loops over runs and pixels that numpy has no word for.

numba compiles a function on its first call and keeps the machine code beside the source, so no compiler is
needed at install time and only the first call of an installation is slow.

The kept code of a function is renewed when its own file changes, not when a file changes whose compiled
functions it calls; a compiled function therefore calls compiled functions of its own file only
(`tests/architecture/test_compiled.py`).
"""

from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy")
