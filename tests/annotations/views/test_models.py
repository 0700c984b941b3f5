import hashlib
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from annotations.domain.content import read_content
from annotations.models import ModelStateChange, ModelVersion
from tests.factories.model_version import make_model_version, make_weights_file
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def _log_in(role: str) -> Client:
    client = Client()
    client.force_login(make_reader(role).user)
    return client


def test_models_page_lists_models_by_state() -> None:
    for state in ("active", "candidate", "retired"):
        make_model_version(name=f"The {state} net", state=state)

    page = _log_in("data_scientist").get("/models/").content.decode()

    places = [page.index(f"The {state} net") for state in ("active", "candidate", "retired")]
    assert places == sorted(places)
    assert page.count("Synthetic only") == 3


def test_models_page_without_a_model_says_how_one_comes_in() -> None:
    page = _log_in("administrator").get("/models/").content.decode()

    assert "No model yet" in page
    assert "manage.py import_model FILE" in page


def test_models_page_bears_a_card_without_a_word() -> None:
    make_model_version(card={})

    client = _log_in("data_scientist")

    assert "not stated" in client.get("/models/").content.decode()
    model = ModelVersion.objects.get()
    assert "not stated" in client.get(f"/models/{model.id}/").content.decode()


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_models_page_is_for_those_who_manage_models(role: str) -> None:
    response = _log_in(role).get("/models/")

    assert response.status_code == 403
    assert "not part of your role" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_models_page_takes_as_many_queries_for_many_as_for_one(
    count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        make_model_version()
    client = _log_in("data_scientist")

    with django_assert_num_queries(4):
        client.get("/models/")


def _upload(content: bytes, role: str = "data_scientist", **fields: str) -> tuple[int, str]:
    file = SimpleUploadedFile("weights.bin", content)
    response = _log_in(role).post("/models/", {"file": file, **fields}, follow=True)
    return response.status_code, response.content.decode()


def _counts(content_root: Path) -> tuple[int, ...]:
    tables = (ModelVersion, ModelStateChange)
    return (*(table.objects.count() for table in tables), len(list(content_root.rglob("*"))))


def test_uploaded_weights_become_a_candidate_with_their_own_bytes(tmp_path: Path) -> None:
    make_model_version()
    content = make_weights_file(tmp_path / "w.safetensors").read_bytes()

    status, page = _upload(content, sha256=hashlib.sha256(content).hexdigest())

    model = ModelVersion.objects.get(name="Fresh SCU-Net")
    assert (status, model.state) == (200, "candidate")
    assert "as a candidate" in page
    assert read_content(model.weights_sha256) == content
    assert model.state_changes.get().actor.role == "data_scientist"


def test_a_pickle_that_would_run_code_is_refused_and_leaves_nothing(
    content_root: Path, tmp_path: Path
) -> None:
    import torch  # noqa: PLC0415 - two seconds that the other tests need not wait

    mark = tmp_path / "ran"

    class Code:
        def __reduce__(self) -> tuple[object, tuple[()]]:
            return mark.touch, ()

    file = io.BytesIO()
    torch.save({"state_dict": Code()}, file)
    before = _counts(content_root)

    status, page = _upload(file.getvalue())

    assert not mark.exists()

    assert status == 400
    assert "reading it would run code" in page
    assert "unsafe_pickle" in page
    assert _counts(content_root) == before


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"sha256": "0" * 64}, "digest_mismatch"),
        ({"sha256": "abc"}, "A SHA-256 has 64 digits"),
        ({"name": "a\0b"}, "Null characters are not allowed"),
        ({"cutoff": "nan"}, "Enter a number"),
        ({"output": "softmax"}, "not one of the available choices"),
    ],
)
def test_an_upload_that_does_not_fit_is_refused_before_it_is_read(
    content_root: Path, fields: dict[str, str], word: str
) -> None:
    before = _counts(content_root)

    status, page = _upload(b"some bytes", **fields)

    assert (status, word in page) == (400, True)
    assert _counts(content_root) == before


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_only_those_who_manage_models_bring_one_in(role: str, content_root: Path) -> None:
    before = _counts(content_root)

    status, _ = _upload(b"some bytes", role)

    assert status == 403
    assert _counts(content_root) == before


def test_an_upload_that_is_too_large_is_not_received(content_root: Path, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100

    status, page = _upload(b"x" * 200)

    assert (status, "its length must be said" in page) == (200, True)
    assert not ModelVersion.objects.exists()


def test_an_upload_from_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_reader("data_scientist").user)

    answer = client.post("/models/", {"file": SimpleUploadedFile("w", b"x")})

    assert answer.status_code == 403
    assert not ModelVersion.objects.exists()
