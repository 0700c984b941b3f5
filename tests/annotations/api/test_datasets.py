import zipfile
from io import BytesIO

import numpy as np
import pytest
from django.test import Client

from annotations.models import AuditEntry, Dataset, DatasetVersion, Reader
from tests.factories.annotation import make_annotation
from tests.factories.dataset import make_dataset, make_dataset_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_scientist() -> Reader:
    return make_reader("data_scientist")


@pytest.fixture
def client(data_scientist: Reader) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(data_scientist.user)
    return client


def _post(client: Client, path: str, body: object) -> tuple[int, dict[str, object]]:
    response = client.post(path, body, content_type="application/json")
    return response.status_code, response.json()


def test_whole_way_from_name_to_archive(client: Client, data_scientist: Reader) -> None:
    make_annotation(labels={"bac": np.ones((64, 48), bool)}, submitted=True)

    assert _post(client, "/api/datasets/", {"name": "bac"})[0] == 201
    status, version = _post(client, "/api/datasets/bac/versions/", {"filter": {"labels": ["bac"]}})
    assert (status, version["name"], version["number"], version["state"]) == (201, "bac", 1, "draft")
    status, frozen = _post(client, "/api/datasets/bac/versions/1/freeze/", {})
    assert (status, frozen["state"], frozen["item_count"]) == (200, "frozen", 1)
    response = client.get("/api/datasets/bac/versions/1/archive/")

    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="bac-1.zip"'
    with zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        assert "bac-1/SHA256SUMS" in archive.namelist()
    assert AuditEntry.objects.get(act="download_dataset_version").actor == data_scientist


def test_list_gives_every_version_with_its_items(client: Client) -> None:
    make_annotation(submitted=True)
    version = make_dataset_version(frozen=True)
    make_dataset_version(version.dataset, which="all")

    (dataset,) = client.get("/api/datasets/").json()

    assert dataset["name"] == version.dataset.name
    assert [(row["number"], row["state"], row["item_count"]) for row in dataset["versions"]] == [
        (2, "draft", 0),
        (1, "frozen", 1),
    ]
    assert dataset["versions"][1]["content_sha256"] == version.content_sha256


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_many_as_for_one(
    client: Client, count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        make_dataset_version(make_dataset_version().dataset)

    with django_assert_num_queries(5):
        client.get("/api/datasets/")


def test_preview_counts_and_stores_nothing(client: Client) -> None:
    make_annotation(labels={"bac": np.ones((64, 48), bool)}, submitted=True)
    make_annotation(answer="no", submitted=True)

    status, preview = _post(client, "/api/datasets/preview/", {"filter": {"labels": ["bac"]}})

    assert status == 200
    assert preview["total"] == {
        "split": "all",
        "patients": 2,
        "images": 2,
        "annotations": 2,
        "marked": {"bac": 1},
    }
    assert [split["split"] for split in preview["splits"]] == ["train", "validation", "test"]
    assert preview["warnings"][0].startswith("2 images without pixel spacing")
    assert not DatasetVersion.objects.exists()


def test_preview_of_a_filter_that_picks_nothing_is_empty(client: Client) -> None:
    status, preview = _post(client, "/api/datasets/preview/", {})

    assert (status, preview["total"]["annotations"], preview["warnings"]) == (200, 0, [])


@pytest.mark.parametrize("role", ["reader", "adjudicator", "administrator"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/datasets/"),
        ("post", "/api/datasets/"),
        ("post", "/api/datasets/preview/"),
        ("post", "/api/datasets/kept/versions/"),
        ("get", "/api/datasets/kept/versions/1/"),
        ("post", "/api/datasets/kept/versions/1/freeze/"),
        ("get", "/api/datasets/kept/versions/1/archive/"),
        ("get", "/api/datasets/none/versions/1/archive/"),
    ],
)
def test_datasets_are_for_data_scientists_alone(role: str, method: str, path: str) -> None:
    make_annotation(submitted=True)
    version = make_dataset_version(make_dataset("kept"))
    client = Client()
    client.force_login(make_reader(role).user)

    response = getattr(client, method)(path, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert "data scientists" in response.json()["message"]
    version.refresh_from_db()
    assert (version.state, Dataset.objects.count()) == ("draft", 1)


@pytest.mark.parametrize("path", ["/api/datasets/", "/api/datasets/kept/versions/1/archive/"])
def test_datasets_are_closed_without_log_in(path: str) -> None:
    response = Client().get(path)

    assert (response.status_code, response.json()["code"]) == (403, "not_authenticated")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/api/datasets/", b"", 400, "request_not_well_formed"),
        ("/api/datasets/", b"[", 400, "parse_error"),
        ("/api/datasets/", b"[]", 400, "request_not_well_formed"),
        ("/api/datasets/", b'"x"', 400, "request_not_well_formed"),
        ("/api/datasets/", b"{}", 400, "request_not_well_formed"),
        ("/api/datasets/", b'{"name": null}', 400, "request_not_well_formed"),
        ("/api/datasets/", b'{"name": {"a": 1}}', 400, "request_not_well_formed"),
        ("/api/datasets/", b'{"name": "a\\u0000"}', 400, "request_not_well_formed"),
        ("/api/datasets/", b'{"name": "\\ud800"}', 400, "parse_error"),
        ("/api/datasets/", b'{"name": "../../etc"}', 400, "dataset_name_refused"),
        ("/api/datasets/", b'{"name": "KEPT"}', 400, "dataset_name_refused"),
        ("/api/datasets/", b'{"name": "kept"}', 409, "dataset_name_taken"),
        ("/api/datasets/", b'{"name": NaN}', 400, "parse_error"),
        ("/api/datasets/", b"[" * 100_000, 400, "parse_error"),
        ("/api/datasets/kept/versions/", b'{"filter": null}', 400, "request_not_well_formed"),
        ("/api/datasets/kept/versions/", b'{"filter": []}', 400, "filter_not_an_object"),
        ("/api/datasets/kept/versions/", b'{"filter": "bac"}', 400, "filter_not_an_object"),
        ("/api/datasets/kept/versions/", b'{"filter": {"sql": 1}}', 400, "unknown_filter_key"),
        ("/api/datasets/kept/versions/", b'{"filter": {"labels": [[[]]]}}', 400, "filter_value_refused"),
        ("/api/datasets/kept/versions/", b'{"filter": {"campaign": "\\u0000"}}', 400, "filter_value_refused"),
        ("/api/datasets/kept/versions/", b'{"filter": {"campaign": "x"}}', 400, "unknown_campaign"),
        ("/api/datasets/kept/versions/", b'{"filter": {"readers": ["x"]}}', 400, "unknown_reader"),
        ("/api/datasets/none/versions/", b"{}", 404, "not_found"),
        ("/api/datasets/preview/", b'{"filter": {"which": 1e400}}', 400, "parse_error"),
        ("/api/datasets/preview/", b'{"filter": {"readers": 5}}', 400, "filter_value_refused"),
        ("/api/datasets/kept/versions/1/freeze/", b"", 409, "dataset_version_empty"),
        ("/api/datasets/kept/versions/2/freeze/", b"", 404, "not_found"),
        ("/api/datasets/kept/versions/99999999999999999999/freeze/", b"", 404, "not_found"),
        ("/api/datasets/kept/versions/-1/freeze/", b"", 404, "not_found"),
        ("/api/datasets/k%00pt/versions/1/freeze/", b"", 404, "not_found"),
    ],
)
def test_hostile_input_is_answered_with_a_code(
    client: Client, path: str, body: bytes, status: int, code: str
) -> None:
    make_dataset_version(make_dataset("kept"))

    response = client.post(path, body, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["message"]
    assert (Dataset.objects.count(), DatasetVersion.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/datasets/kept/versions/1/archive/", 409, "dataset_version_not_frozen"),
        ("/api/datasets/kept/versions/7/archive/", 404, "not_found"),
        ("/api/datasets/kept/versions/7/", 404, "not_found"),
        (f"/api/datasets/kept/versions/{'9' * 5000}/", 404, "not_found"),
    ],
)
def test_what_cannot_be_fetched_is_answered_with_a_code(
    client: Client, path: str, status: int, code: str
) -> None:
    make_dataset_version(make_dataset("kept"))

    response = client.get(path)

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_frozen_version_cannot_be_frozen_again(client: Client) -> None:
    make_annotation(submitted=True)
    make_dataset_version(make_dataset("kept"), frozen=True)

    status, answer = _post(client, "/api/datasets/kept/versions/1/freeze/", {})

    assert (status, answer["code"]) == (409, "dataset_version_frozen")
