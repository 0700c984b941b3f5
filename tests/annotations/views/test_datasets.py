import numpy as np
import pytest
from django.test import Client

from annotations.models import Dataset, DatasetVersion
from tests.factories.annotation import make_annotation
from tests.factories.dataset import make_dataset, make_dataset_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_reader("data_scientist").user)
    return client


def test_empty_page_says_what_to_do(client: Client) -> None:
    page = client.get("/datasets/").content.decode()

    assert "No dataset yet" in page
    assert "Open dataset" in page


def test_opening_a_dataset_leads_to_its_draft(client: Client) -> None:
    response = client.post("/datasets/", {"name": "bac"})

    assert response["Location"] == "/datasets/bac/1/"
    assert DatasetVersion.objects.get().state == "draft"


@pytest.mark.parametrize("name", ["", "Not Good", "a\x00", "kept", "x" * 5000])
def test_opening_a_dataset_says_why_it_cannot_be(client: Client, name: str) -> None:
    make_dataset("kept")

    page = client.post("/datasets/", {"name": name}, follow=True).content.decode()

    assert "lower-case letters" in page or "already" in page
    assert Dataset.objects.count() == 1


def test_new_version_takes_over_the_filter_of_the_last(client: Client) -> None:
    version = make_dataset_version(make_dataset("kept"), which="all")

    response = client.post("/datasets/kept/")

    assert response["Location"] == "/datasets/kept/2/"
    assert DatasetVersion.objects.get(number=2).filter == version.filter


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_many_as_for_one(
    client: Client, count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        make_dataset_version(make_dataset_version().dataset)

    with django_assert_num_queries(5):
        client.get("/datasets/")


@pytest.mark.parametrize("count", [1, 3])
def test_draft_takes_as_many_queries_for_many_items_as_for_one(
    client: Client, count: int, django_assert_num_queries: object
) -> None:
    make_dataset_version(make_dataset("kept"))
    for _ in range(count):
        make_annotation(labels={"bac": np.ones((64, 48), bool)}, submitted=True)

    # One fetches the findings of all annotations, one tells whether she still reads an exam of them.
    with django_assert_num_queries(15):
        client.get("/datasets/kept/1/")


@pytest.mark.parametrize("role", ["reader", "adjudicator", "administrator"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/datasets/"),
        ("post", "/datasets/"),
        ("post", "/datasets/kept/"),
        ("get", "/datasets/kept/1/"),
        ("post", "/datasets/kept/1/"),
        ("post", "/datasets/kept/1/freeze/"),
    ],
)
def test_pages_are_for_data_scientists_alone(role: str, method: str, path: str) -> None:
    make_annotation(submitted=True)
    make_dataset_version(make_dataset("kept"))
    client = Client()
    client.force_login(make_reader(role).user)

    response = getattr(client, method)(path, {"name": "other"})

    assert response.status_code == 403
    assert "not part of your role" in response.content.decode()
    assert [(version.number, version.state) for version in DatasetVersion.objects.all()] == [(1, "draft")]


@pytest.mark.parametrize(
    "path",
    ["/datasets/none/1/", "/datasets/kept/2/", "/datasets/kept/99999999999999999999/", "/datasets/k%00/1/"],
)
def test_pages_that_are_not_there_answer_404(client: Client, path: str) -> None:
    make_dataset_version(make_dataset("kept"))

    assert client.get(path).status_code == 404
    assert client.post(f"{path}freeze/").status_code == 404
