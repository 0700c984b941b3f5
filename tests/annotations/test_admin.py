import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotations.admin import LOOKED_AT, RUNS
from annotations.models import AuditEntry, CorrectionRun, Patient, Reader
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.correction_run import make_correction_run
from tests.factories.dataset import make_dataset_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

MODELS = [*LOOKED_AT, *RUNS, AuditEntry, Reader]
RESULTS = [model for model in apps.get_app_config("annotations").get_models() if model not in MODELS]


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_reader("administrator").user)
    return client


def _address(model: type, act: str, *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}", args=arguments)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_a_list_that_opens(client: Client, model: type) -> None:
    make_annotation(answer="yes", submitted=True)
    make_dataset_version(frozen=True)

    assert client.get(_address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", RESULTS, ids=lambda model: model.__name__)
def test_what_was_made_of_images_is_not_in_the_admin(model: type) -> None:
    assert not admin.site.is_registered(model)


def test_admin_tells_nothing_of_a_label_or_of_what_a_model_found(client: Client) -> None:
    run = make_correction_run()
    snapshot = run.annotation.snapshots.first()

    addresses = [_address(CorrectionRun, "change", run.id)]
    addresses += [_address(AuditEntry, "change", entry.id) for entry in AuditEntry.objects.all()]

    assert len(addresses) > 3
    for address in addresses:
        assert snapshot.sha256 not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "model", [model for model in MODELS if model is not Reader], ids=lambda model: model.__name__
)
def test_records_can_be_neither_added_nor_changed_nor_deleted(client: Client, model: type) -> None:
    make_annotation(answer="yes", submitted=True)
    make_dataset_version(frozen=True)
    row = model.objects.first()

    assert client.get(_address(model, "add")).status_code == 403
    if row is not None:
        assert client.get(_address(model, "change", row.pk)).status_code == 200
        assert client.post(_address(model, "change", row.pk), {"code": "x"}).status_code == 403
        assert client.post(_address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_record_stays_as_it_was_after_a_refused_change(client: Client) -> None:
    make_annotation(submitted=True)
    patient = Patient.objects.get()

    client.post(_address(Patient, "change", patient.pk), {"code": "changed"})

    patient.refresh_from_db()
    assert patient.code != "changed"


@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist"])
def test_admin_is_closed_to_every_other_role(role: str) -> None:
    client = Client()
    client.force_login(make_reader(role).user)

    for address in ("/admin/", _address(Reader, "changelist"), _address(User, "changelist")):
        assert client.get(address)["Location"].startswith("/admin/login/")


def test_staff_without_the_role_sees_nothing() -> None:
    reader = make_reader("data_scientist")
    User.objects.filter(id=reader.user.id).update(is_staff=True)
    client = Client()
    client.force_login(User.objects.get(id=reader.user.id))

    assert client.get(_address(User, "changelist")).status_code == 403


def test_administrator_opens_an_account_and_gives_it_a_role(client: Client) -> None:
    client.post(
        _address(User, "add"),
        {
            "username": "new",
            "password1": "nine lives of a cat",
            "password2": "nine lives of a cat",
            "usable_password": "true",
        },
    )
    user = User.objects.get(username="new")

    client.post(_address(Reader, "add"), {"user": user.id, "role": "reader"})

    reader = Reader.objects.get(user=user)
    assert (reader.role, len(reader.pseudonym)) == ("reader", 13)
    assert AuditEntry.objects.get(act="set_role").details == {"role": "reader", "before": None}


def test_changing_a_role_is_written_down_and_opens_or_closes_the_admin(client: Client) -> None:
    reader = make_reader()
    pseudonym = reader.pseudonym

    client.post(_address(Reader, "change", reader.id), {"role": "administrator"})
    reader = Reader.objects.select_related("user").get(id=reader.id)
    assert (reader.role, reader.pseudonym, reader.user.is_staff) == ("administrator", pseudonym, True)
    client.post(_address(Reader, "change", reader.id), {"role": "reader", "pseudonym": "chosen"})

    reader = Reader.objects.select_related("user").get(id=reader.id)
    assert (reader.role, reader.pseudonym, reader.user.is_staff) == ("reader", pseudonym, False)
    assert [entry.details["before"] for entry in AuditEntry.objects.filter(act="set_role")] == [
        "reader",
        "administrator",
    ]


def test_role_of_somebody_who_still_reads_is_not_changed_and_the_page_says_why(client: Client) -> None:
    reader = make_assignment().reader

    answer = client.post(_address(Reader, "change", reader.id), {"role": "adjudicator"})

    assert "still to read" in answer.content.decode()
    reader.refresh_from_db()
    assert reader.role == "reader"


def test_administrator_cannot_raise_anybody_to_superuser(client: Client) -> None:
    reader = make_reader()

    client.post(
        _address(User, "change", reader.user.id),
        {"username": "same", "is_superuser": "on", "is_staff": "on", "is_active": "on"},
    )

    user = User.objects.get(id=reader.user.id)
    assert (user.username, user.is_superuser, user.is_staff) == ("same", False, False)


def test_administrator_cannot_touch_a_superuser(client: Client) -> None:
    root = User.objects.create_superuser("root", password="another long password")

    assert client.post(_address(User, "change", root.id), {"username": "mine"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.id])
    assert client.post(password, {"password1": "a" * 20, "password2": "a" * 20}).status_code == 403
    root.refresh_from_db()
    assert root.check_password("another long password")


def test_people_are_never_deleted(client: Client) -> None:
    reader = make_reader()

    assert client.post(_address(User, "delete", reader.user.id), {"post": "yes"}).status_code == 403
    assert client.post(_address(Reader, "delete", reader.id), {"post": "yes"}).status_code == 403
