"""Fixtures for everything that touches the database or the content store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings


@pytest.fixture(scope="session")
def engine_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep for all tests how the test's networks run best here: finding it out takes seconds."""
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(autouse=True)
def content_root(settings: Settings, tmp_path: Path, engine_folder: Path) -> Path:
    """Give every test a content store of its own, so that none sees or leaves a file in var/."""
    folder = tmp_path / "content"
    settings.CONTENT_ROOT = folder
    # Where a worker of the test's own looks, too.
    settings.ENGINE_FOLDER = tmp_path / "engines"
    settings.ENGINE_FOLDER.symlink_to(engine_folder)
    settings.STORAGES = {
        **settings.STORAGES,
        "content": {**settings.STORAGES["content"], "OPTIONS": {"location": folder}},
    }
    return folder


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Hash passwords cheaply: the real hash takes a second for three readers."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the queue after a test that commits: Django does, for the tables it manages alone."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
