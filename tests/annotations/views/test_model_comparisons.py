import pytest
from django.test import Client

from annotations.models import Annotation, ModelComparison
from tests.factories.learnable import make_learnable_version
from tests.factories.model_comparison import make_model_comparison
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def _log_in(role: str = "data_scientist") -> Client:
    client = Client()
    client.force_login(make_reader(role).user)
    return client


def test_a_data_scientist_asks_for_a_comparison_and_sees_it_wait() -> None:
    version, first, second = make_learnable_version(), make_model_version(), make_model_version()
    form = {"first": str(first.id), "second": str(second.id), "dataset_version": str(version.id)}

    page = _log_in().post("/models/compare/", form, follow=True).content.decode()

    assert ModelComparison.objects.get().total == 2
    assert "It waits for a worker" in page


def test_what_cannot_be_compared_is_said_on_the_form() -> None:
    version, model = make_learnable_version(), make_model_version()
    form = {"first": str(model.id), "second": str(model.id), "dataset_version": str(version.id)}
    client = _log_in()

    same = client.post("/models/compare/", form)
    odd = client.post("/models/compare/", {**form, "first": "x"})

    assert (same.status_code, odd.status_code) == (400, 400)
    assert "(same_model)" in same.content.decode()
    assert not ModelComparison.objects.exists()


def test_the_page_of_a_comparison_shows_table_scatter_and_worst_cases() -> None:
    version = make_learnable_version()
    reading = Annotation.objects.first()
    run = make_model_comparison(version, reading)

    page = _log_in().get(f"/models/compare/{run.id}/").content.decode()

    for text in ("Second beside first", "Worst cases first", f"/read/{reading.id}/", "0.500", "plot-case"):
        assert text in page, text


def test_a_comparison_is_cancelled_from_its_page() -> None:
    version = make_learnable_version()
    run = make_model_comparison(version, Annotation.objects.first())
    ModelComparison.objects.filter(id=run.id).update(state="queued")

    _log_in().post(f"/models/compare/{run.id}/cancel/")

    run.refresh_from_db()
    assert run.state == "cancelled"


@pytest.mark.parametrize("role", ["reader", "adjudicator", "administrator"])
def test_comparisons_are_for_data_scientists(role: str) -> None:
    run = make_model_comparison(make_learnable_version(), Annotation.objects.first())
    client = _log_in(role)

    assert client.get("/models/compare/").status_code == 403
    assert client.get(f"/models/compare/{run.id}/").status_code == 403
    assert client.post(f"/models/compare/{run.id}/cancel/").status_code == 403
    assert client.post("/models/compare/", {}).status_code == 403
