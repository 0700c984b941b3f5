from pathlib import Path

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.test import Client

from webapp.static_version import static_version

LONG_S = 30 * 24 * 3600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "static" / "viewer").mkdir(parents=True)
    (tmp_path / "static" / "viewer" / "one.js").write_text("1")
    (tmp_path / "static" / "two.js").write_text("2")
    (tmp_path / "requirements.txt").write_text("django==6")
    return tmp_path


def _version(folder: Path) -> str:
    return static_version(folder / "static", beside=[folder / "requirements.txt"])


def test_the_same_files_have_the_same_version(folder: Path):
    assert _version(folder) == _version(folder)


@pytest.mark.parametrize("name", ["static/viewer/one.js", "static/three.js", "requirements.txt"])
def test_a_changed_or_added_file_makes_another_version(folder: Path, name: str):
    before = _version(folder)
    (folder / name).write_text("3")

    assert _version(folder) != before


def test_a_renamed_file_makes_another_version(folder: Path):
    before = _version(folder)
    (folder / "static" / "two.js").rename(folder / "static" / "three.js")

    assert _version(folder) != before


@pytest.mark.django_db  # an answer that is closed closes the connection of its request
def test_a_browser_keeps_what_the_address_names(client: Client):
    answer = client.get(static("viewer/pace.js"))
    answer.close()

    assert settings.STATIC_VERSION in static("viewer/pace.js")
    assert answer.status_code == 200
    max_age_s = int(answer["Cache-Control"].split("max-age=")[1].split(",")[0])
    assert max_age_s > LONG_S


def test_a_page_of_an_earlier_version_gets_the_file_as_it_is_now(client: Client):
    answer = client.get("/static/0123456789ab/viewer/image_worker.js")

    assert answer.status_code == 302
    assert answer["Location"] == static("viewer/image_worker.js")
    assert client.get("/static/0123456789ab/viewer/no_such.js", follow=True).status_code == 404
