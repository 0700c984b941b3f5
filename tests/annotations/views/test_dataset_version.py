import re

import numpy as np
import pytest
from django.test import Client

from annotations.domain.correction_decision import apply_correction
from annotations.domain.dataset import item_records
from annotations.models import DatasetVersion
from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_correction_run, make_square
from tests.factories.dataset import make_dataset, make_dataset_version
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

EVERYTHING = {"which": "latest", "campaign": ""}


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_reader("data_scientist").user)
    return client


def _text(client: Client, path: str) -> str:
    """Return the words of a page, without tags and with single spaces."""
    page = client.get(path).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_draft_counts_and_warns(client: Client) -> None:
    make_dataset_version(make_dataset("kept"))
    make_annotation(labels={"bac": np.ones((64, 48), bool)}, submitted=True)
    make_annotation(make_mammogram(pixel_spacing_mm=(0.1, 0.1)), answer="no", submitted=True)

    text = _text(client, "/datasets/kept/1/")

    assert "All 2 2 2 1 0" in text
    assert "1 image without pixel spacing" in text
    assert "Freeze version" in text
    assert "Download zip" not in text


def test_draft_without_an_item_cannot_be_frozen_and_says_why(client: Client) -> None:
    make_dataset_version(make_dataset("kept"))

    page = client.get("/datasets/kept/1/").content.decode()

    assert "No annotation matches" in page
    assert re.search(r"data-freeze disabled", page)


def test_saving_a_draft_keeps_the_filter_of_the_form(client: Client) -> None:
    make_dataset_version(make_dataset("kept"))

    response = client.post(
        "/datasets/kept/1/", {**EVERYTHING, "labels": ["bac"], "bac_present": ["yes", "no"]}
    )

    assert response["Location"] == "/datasets/kept/1/"
    kept = DatasetVersion.objects.get().filter
    assert (kept["labels"], kept["bac_present"]) == (["bac"], ["no", "yes"])


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"which": "any"},
        {**EVERYTHING, "labels": ["bone"]},
        {**EVERYTHING, "campaign": "a\x00"},
        {**EVERYTHING, "readers": ["nobody"]},
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(client: Client, form: dict[str, object]) -> None:
    version = make_dataset_version(make_dataset("kept"))
    make_annotation(submitted=True)

    for path in ("/datasets/kept/1/", "/datasets/kept/1/freeze/"):
        assert 'class="message message-error"' in client.post(path, form, follow=True).content.decode()

    kept = DatasetVersion.objects.get()
    assert (kept.state, kept.filter) == ("draft", version.filter)


def test_freezing_takes_the_filter_on_the_screen(client: Client) -> None:
    make_dataset_version(make_dataset("kept"))
    make_annotation(answer="yes", submitted=True)
    make_annotation(answer="no", submitted=True)

    client.post("/datasets/kept/1/freeze/", {**EVERYTHING, "bac_present": ["no"]})

    version = DatasetVersion.objects.get()
    assert version.state == "frozen"
    assert [record["annotation"]["answers"] for record in item_records(version)] == [{"bac_present": "no"}]


def test_freezing_what_is_frozen_changes_nothing_and_says_so(client: Client) -> None:
    make_annotation(submitted=True)
    version = make_dataset_version(make_dataset("kept"), frozen=True)

    page = client.post("/datasets/kept/1/freeze/", EVERYTHING, follow=True).content.decode()

    assert "is frozen and never changes" in page
    assert DatasetVersion.objects.get().frozen_at == version.frozen_at


def test_frozen_version_offers_zip_and_command_and_its_digest(client: Client) -> None:
    make_annotation(submitted=True)
    version = make_dataset_version(make_dataset("kept"), frozen=True)

    page = client.get("/datasets/kept/1/").content.decode()

    assert 'href="/api/datasets/kept/versions/1/archive/"' in page
    assert "manage.py export_dataset kept@1 kept-1" in page
    assert version.content_sha256 in page
    assert "Freeze version" not in page


def test_version_tells_what_changed_since_the_last_frozen_one(client: Client) -> None:
    run = make_correction_run(proposals={"keep": make_square(4, 4)})
    dataset = make_dataset("kept")
    make_dataset_version(dataset, frozen=True)
    apply_correction(run=run, reader=run.annotation.reader)
    make_dataset_version(dataset)

    assert "Since kept@1 : 1 annotation more, 1 no longer in it." in _text(client, "/datasets/kept/2/")


@pytest.mark.parametrize("page", ["1", "2", "99", "x", "-1", "", "\x00"])
def test_items_come_in_pages_and_any_page_number_is_answered(
    client: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.views.dataset_version.ITEMS_PER_PAGE", 2)
    for _ in range(3):
        make_annotation(submitted=True)
    make_dataset_version(make_dataset("kept"), frozen=True)

    text = client.get("/datasets/kept/1/", {"page": page}).content.decode()

    assert ("3 to 3 of 3" if page in ("2", "99", "-1") else "1 to 2 of 3") in text
