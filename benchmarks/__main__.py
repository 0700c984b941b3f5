"""`make bench`: runs every comparison in this folder; each prints both sides, measured in one process."""

import importlib
import pkgutil
import sys

import benchmarks


def main() -> int:
    names = sorted(
        module.name
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if module.name.startswith("bench_")
    )
    for name in names:
        print(f"=== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    if not names:
        print("No comparison here yet: a file bench_NAME.py with a function main() is one.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
