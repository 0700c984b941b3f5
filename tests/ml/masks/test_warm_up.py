import subprocess
import sys

# Loops that only other loops call are compiled or loaded together with them.
WARM_UP_AND_LIST_WHAT_IS_COLD = """
import importlib, pkgutil
from ml import masks

masks.warm_up()
for module in pkgutil.iter_modules(masks.__path__):
    path = f"ml.masks.{module.name}"
    names = vars(importlib.import_module(path))
    compiled = {name: loop for name, loop in names.items() if hasattr(loop, "py_func")}
    loops = {name: loop for name, loop in compiled.items() if loop.__module__ == path}
    called = {name for loop in loops.values() for name in loop.py_func.__code__.co_names}
    for name in loops.keys() - called:
        print(module.name, name, len(loops[name].signatures))
"""


def test_warm_up_leaves_no_loop_to_compile(repository):
    listed = subprocess.run(
        [sys.executable, "-c", WARM_UP_AND_LIST_WHAT_IS_COLD],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert len(listed) > 15
    assert [line for line in listed if line.endswith(" 0")] == []
