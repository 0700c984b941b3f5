"""A whole Tramline of its own for browser tests, and the browser that they drive."""

import os
from collections.abc import Iterator

import pytest

from tests.e2e.browser import ARGUMENTS, MISSING, find_browser
from tests.e2e.system import PASSWORD, Tramline, run_tramline

__all__ = ["PASSWORD", "Tramline"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = find_browser()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    return {**browser_type_launch_args, "executable_path": path, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 800}, "accept_downloads": True}


@pytest.fixture(scope="session")
def tramline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tramline]:
    """One system for all tests of this run."""
    with run_tramline(f"tramline_e2e_{os.getpid()}", tmp_path_factory.mktemp("var")) as system:
        yield system
