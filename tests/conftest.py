"""Fixtures that every test may use: real data where it lies beside the repository, else skipped."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# By day the same examples every time, so that a change is judged by itself; `make nightly` draws new ones.
settings.register_profile(
    "day", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("night", settings.get_profile("day"), max_examples=2000, derandomize=False)
settings.load_profile("night" if os.environ.get("TRAMLINE_NIGHTLY") else "day")

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"


def _shared_folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"real {name} not found: this test needs the folder shared/{name} beside the repository")
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    return _shared_folder("data")


@pytest.fixture(scope="session")
def shared_weights() -> Path:
    return _shared_folder("weights")
