"""A version of all scripts and styles: their address names it, so browsers keep them and ask for none twice.

The scripts import each other by plain relative names, which a name of its own for each file would
break; so one version stands before all of them.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

VERSION_CHARACTERS = 12


def static_version(folder: Path, *, beside: Iterable[Path] = ()) -> str:
    """Return a version that is another one as soon as any file is: of a folder, or one of those beside it."""
    digest = hashlib.sha256()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in (*files, *beside):
        name = path.relative_to(folder) if path.is_relative_to(folder) else path.name
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{name}\n{content}\n".encode())
    return digest.hexdigest()[:VERSION_CHARACTERS]
