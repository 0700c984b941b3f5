"""`make demo`: database, tables, demo data, web server and worker under one Ctrl-C.

Each step says what it does. Data stays under var/, so the second start has little to do.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from types import FrameType

from webapp.embedded_postgres import REPOSITORY, ensure_database_url

START_LIMIT_S = 120
STOP_LIMIT_S = 15
MANAGE = [sys.executable, str(REPOSITORY / "manage.py")]
WARM_UP = [sys.executable, "-m", "annotations.ml_gateway.warm_up"]


class DemoError(Exception):
    """The demo cannot start; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args(arguments).port
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    children: list[subprocess.Popen[bytes]] = []
    try:
        _check_port(port)
        _prepare()
        children += _start(port)
        _wait_until_answering(port, children)
        _say(f"Tramline is at http://127.0.0.1:{port} (after {time.monotonic() - began:.0f} s)")
        subprocess.run([*MANAGE, "build_demo", "--show-logins"], check=True)
        _say("Research use only. Ctrl-C stops everything; data stays under var/.")
        _watch(children)
    except KeyboardInterrupt:
        _say("\nStopping …")
        return 0
    except DemoError as error:
        _say(f"\nThe demo could not start: {error}")
        return 1
    except subprocess.CalledProcessError as error:
        _say(f"\nThe demo could not start: `{' '.join(map(str, error.cmd[1:]))}` failed, see above.")
        return 1
    finally:
        _stop(children)
        _say("Stopped.")
    return 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Stop once: an impatient second Ctrl-C must not leave a server behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(line, flush=True)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoError(
                f"port {port} is taken. Stop what listens there, or choose another: make demo PORT={port + 1}"
            ) from error


def _prepare() -> None:
    is_external = bool(os.environ.get("DATABASE_URL"))
    where = "the PostgreSQL of DATABASE_URL" if is_external else "embedded PostgreSQL under var/postgres"
    _say(f"[1/4] database: {where}")
    ensure_database_url()
    _say("[2/4] tables")
    # Compiled meanwhile, so that web server and worker do not each compile it as they start.
    warming = subprocess.Popen(WARM_UP, cwd=REPOSITORY)
    try:
        subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], check=True)
        _say("[3/4] demo data")
        subprocess.run([*MANAGE, "build_demo"], check=True)
    finally:
        warming.terminate()
        warming.wait()


def _start(port: int) -> list[subprocess.Popen[bytes]]:
    """Start web server and workers in sessions of their own: Ctrl-C reaches this process alone."""
    _say("[4/4] web server and workers")
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:webapp.gunicorn_config"]
    commands = [
        [*gunicorn, "--bind", f"127.0.0.1:{port}", "webapp.wsgi"],
        [*MANAGE, "worker"],
        [*MANAGE, "worker", "--queue", "training"],
    ]
    return [subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True) for command in commands]


def _wait_until_answering(port: int, children: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        _check_alive(children)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise DemoError(f"the web server did not answer within {START_LIMIT_S} s")


def _check_alive(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is not None:
            raise DemoError(f"a part of it ended by itself (exit status {child.returncode}), see above")


def _watch(children: Sequence[subprocess.Popen[bytes]]) -> None:
    while True:
        _check_alive(children)
        time.sleep(0.5)


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
