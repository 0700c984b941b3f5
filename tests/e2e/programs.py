"""Programs of a system under test, each in a fork of one process that has loaded Django and `ml` once.

What a program does is the same as if it had been started by itself; only its first seconds are saved, which
half of the browser tests' time would go into. Run by `Programs` with the environment of its system:
`python -m tests.e2e.programs`.
"""

import json
import os
import runpy
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

REPOSITORY = Path(__file__).resolve().parents[2]


class Programs:
    """Runs one program after the other. The process behind it starts with the first and ends with `close`."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._loaded: subprocess.Popen[str] | None = None

    def run(self, arguments: Sequence[str], text: str = "") -> tuple[int, str, str]:
        """Run what comes after `python` on a command line; return its exit code, output and error output."""
        if self._loaded is None:
            self._loaded = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.programs"],
                cwd=REPOSITORY,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        asked, told = self._loaded.stdin, self._loaded.stdout
        assert asked is not None
        assert told is not None
        asked.write(json.dumps({"arguments": list(arguments), "text": text}) + "\n")
        asked.flush()
        answer = told.readline()
        assert answer, f"the process that runs {arguments} has ended"
        return tuple(json.loads(answer))

    def close(self) -> None:
        if self._loaded is not None:
            self._loaded.communicate(timeout=30)


def _serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        with TemporaryFile("w+") as read, TemporaryFile("w+") as written, TemporaryFile("w+") as complained:
            read.write(asked["text"])
            streams = (read, written, complained)
            for stream in streams:
                stream.seek(0)
            child = os.fork()
            if child == 0:
                _become(asked["arguments"], streams)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            print(json.dumps([code, _content(written), _content(complained)]), flush=True)


def _content(stream: TextIO) -> str:
    stream.seek(0)
    return stream.read()


def _become(arguments: list[str], streams: Sequence[TextIO]) -> None:
    """Go on as the program that was asked for, and end as it does."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the old one may hold what it read ahead
    code = 1
    try:
        _run(arguments)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - told as an interpreter tells it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run(arguments: list[str]) -> None:
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(arguments)
        runpy.run_path(str(REPOSITORY / arguments[0]), run_name="__main__")


def _load() -> None:
    import django  # noqa: PLC0415 - in the process that is forked alone

    django.setup()
    import annotations.domain.give_out  # noqa: PLC0415 - Django first
    import annotations.domain.ingest  # noqa: F401, PLC0415 - Django first


if __name__ == "__main__":
    _load()
    _serve()
