"""Bytes by their SHA-256: pixels, probability maps and weights. Behind Django's storage API."""

import hashlib
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages


def _storage() -> Storage:
    return storages["content"]


def content_name(sha256: str) -> str:
    """Spread files over 256 folders, as git does."""
    return f"{sha256[:2]}/{sha256}"


def put_content(content: bytes) -> str:
    """Store bytes durably and return their SHA-256; storing the same bytes twice is one file."""
    sha256 = hashlib.sha256(content).hexdigest()
    _storage().save(content_name(sha256), ContentFile(content))
    return sha256


def has_content(sha256: str) -> bool:
    return _storage().exists(content_name(sha256))


def read_content(sha256: str) -> bytes:
    with _storage().open(content_name(sha256)) as file:
        return file.read()


def content_path(sha256: str) -> Path:
    """Give the local path of stored bytes, for programs that read files (weights, web server)."""
    return Path(_storage().path(content_name(sha256)))


def discard_content(sha256: str) -> None:
    """Take back bytes of a refused intake; the caller makes sure that no row names them."""
    _storage().delete(content_name(sha256))
