import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import ImproperlyConfigured

from webapp.kept_secret import kept_secret


def keep(path: Path, secret: str = "drawn" * 10) -> str:
    return kept_secret(path, draw=lambda: secret, shortest=32)


def test_secret_is_drawn_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "var" / "key"

    assert keep(path, "first" * 10) == "first" * 10
    assert keep(path, "second" * 10) == "first" * 10
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_those_who_draw_at_the_same_moment_get_the_same_secret(tmp_path):
    for number in range(20):
        path, barrier = tmp_path / str(number), Barrier(8)

        def start(drawer: int, path: Path = path, barrier: Barrier = barrier) -> str:
            barrier.wait()
            return keep(path, str(drawer) * 40)

        with ThreadPoolExecutor(8) as pool:
            secrets = set(pool.map(start, range(8)))

        assert secrets == {path.read_text()}


@pytest.mark.parametrize("content", ["", "\n", "short"])
def test_file_without_a_whole_secret_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "key"
    path.write_text(content)

    with pytest.raises(ImproperlyConfigured, match=f"{path} should hold a secret of at least 32 characters"):
        keep(path)

    assert path.read_text() == content
