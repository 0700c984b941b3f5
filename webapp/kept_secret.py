"""Secrets that an installation draws once for itself and keeps in a file that nobody else may read."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.exceptions import ImproperlyConfigured


def kept_secret(path: Path, *, draw: Callable[[], str], shortest: int) -> str:
    """Read a secret, which is drawn at the first call; of several processes at once, all get the same."""
    if not path.exists():
        _keep(path, draw())
    secret = path.read_text().strip()
    if len(secret) < shortest:
        raise ImproperlyConfigured(
            f"{path} should hold a secret of at least {shortest} characters, but holds {len(secret)}. Put it "
            "back from a backup; delete it only if nothing was made with it yet, and a new one is drawn."
        )
    return secret


def _keep(path: Path, secret: str) -> None:
    """Give the file its name only once it is whole: nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
        # Where the name is taken, another process was first, and its secret counts.
        with suppress(FileExistsError):
            os.link(file.name, path)
