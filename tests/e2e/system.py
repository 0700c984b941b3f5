"""A whole Tramline of its own: database, web server and worker as separate processes."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.e2e.programs import REPOSITORY, Programs

PASSWORD = "a long password of tests"
START_LIMIT_S = 90


@dataclass(frozen=True)
class Tramline:
    """A running system: where it is, and its command line."""

    url: str
    var: Path
    environment: dict[str, str]
    programs: Programs

    def manage(self, *arguments: str, text: str = "") -> str:
        """Run one manage.py command against this system and return what it printed."""
        return self._run(["manage.py", *arguments], text)

    def run(self, module: str, *arguments: str) -> str:
        """Run a Python module against this system and return what it printed."""
        return self._run(["-m", module, *arguments])

    def import_model(self, weights: Path) -> str:
        """Register a model and return the name by which people choose it."""
        printed = self.manage("import_model", str(weights), "--activate", "of a test")
        return re.search(r"egistered: (.+?), cut-off", printed)[1]

    def _run(self, arguments: Sequence[str], text: str = "") -> str:
        code, output, errors = self.programs.run(arguments, text)
        assert code == 0, f"{arguments} failed:\n{output}\n{errors}"
        return output

    def add_reader(self, username: str, role: str) -> None:
        self.manage("add_reader", username, "--role", role, text=f"{PASSWORD}\n")


@contextmanager
def run_tramline(name: str, var: Path) -> Iterator[Tramline]:
    """Start everything on a fresh database of this name and an empty folder; stop and drop it at the end."""
    admin_url = os.environ["DATABASE_URL"]
    _run_sql(admin_url, "CREATE DATABASE {}", name)
    environment = {
        **os.environ,
        "DATABASE_URL": _with_database(admin_url, name),
        "TRAMLINE_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "webapp.settings",
    }
    port = _free_port()
    programs = Programs(environment)
    system = Tramline(f"http://127.0.0.1:{port}", var, environment, programs)
    system.manage("migrate", "--verbosity", "0")
    processes = _start(port, environment)
    try:
        _wait_for(f"{system.url}/health/")
        yield system
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)
        programs.close()
        _run_sql(admin_url, "DROP DATABASE {} WITH (FORCE)", name)


def _start(port: int, environment: dict[str, str]) -> list[subprocess.Popen[bytes]]:
    web = [sys.executable, "-m", "gunicorn", "--config", "python:webapp.gunicorn_config"]
    worker = [sys.executable, "manage.py", "worker"]
    commands = [
        [*web, "--bind", f"127.0.0.1:{port}", "webapp.wsgi"],
        worker,
        [*worker, "--queue", "training"],
    ]
    return [subprocess.Popen(command, cwd=REPOSITORY, env=environment) for command in commands]


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url} did not answer within {START_LIMIT_S} s") from None
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _with_database(url: str, name: str) -> str:
    """Replace the path of a PostgreSQL URL, the query with the socket folder stays."""
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


def _run_sql(url: str, statement: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
