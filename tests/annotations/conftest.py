"""Fixtures for everything that touches the database or the content store."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def content_root(settings: Settings, tmp_path: Path) -> Path:
    """Give every test a content store of its own, so that none sees or leaves a file in var/."""
    folder = tmp_path / "content"
    settings.CONTENT_ROOT = folder
    settings.STORAGES = {
        **settings.STORAGES,
        "content": {**settings.STORAGES["content"], "OPTIONS": {"location": folder}},
    }
    return folder


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Hash passwords cheaply: the real hash takes a second for three readers."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
