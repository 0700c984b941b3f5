import pytest
from django.contrib.auth import authenticate, get_user_model
from pytest_django.fixtures import Settings

from annotations.domain.demo import (
    PEOPLE,
    SERIES_SEED,
    SERIES_YEARS,
    build_demo,
    ensure_people,
    take_in_series,
)
from annotations.domain.exam_hanging import hang_images
from annotations.domain.prior import prior_exams
from annotations.errors import ConflictError
from annotations.ml_gateway.phantoms import drawing_series
from annotations.models import AuditEntry, Reader
from tests.factories.reader import PASSWORD as OWN_PASSWORD
from tests.factories.reader import make_reader

PASSWORD = "a password of the demo"

pytestmark = pytest.mark.django_db


def test_people_are_made_once_with_their_roles():
    first = ensure_people(PASSWORD)
    second = ensure_people(PASSWORD)

    assert {name: reader.role for name, reader in first.items()} == PEOPLE
    assert second == first
    assert AuditEntry.objects.filter(act="build_demo").count() == len(PEOPLE)


@pytest.mark.parametrize("name", ["dr.berg", "anna"])
def test_database_with_people_of_its_own_is_left_alone(name, settings: Settings):
    settings.DEMO_PASSWORD = PASSWORD
    make_reader(username=name)

    with pytest.raises(ConflictError) as refusal:
        build_demo(lambda _line: None)

    assert refusal.value.code == "database_in_use"
    assert [reader.user.get_username() for reader in Reader.objects.all()] == [name]
    assert authenticate(username=name, password=OWN_PASSWORD) is not None


def test_database_with_an_account_without_a_role_is_left_alone():
    get_user_model().objects.create_superuser("root", password=OWN_PASSWORD)

    with pytest.raises(ConflictError):
        ensure_people(PASSWORD)

    assert Reader.objects.count() == 0


def test_people_who_joined_a_demo_later_keep_their_own_password():
    ensure_people(PASSWORD)
    make_reader(username="guest")

    people = ensure_people("another password")

    assert people.keys() == PEOPLE.keys()
    assert authenticate(username="anna", password="another password") is not None
    assert authenticate(username="guest", password=OWN_PASSWORD) is not None


@pytest.mark.slow
def test_the_latest_exam_of_the_series_is_to_be_read_and_the_earlier_one_hangs_beside_it(tmp_path):
    with drawing_series(tmp_path, seed=SERIES_SEED, years=SERIES_YEARS) as series:
        latest = take_in_series(series.result())

    (prior,) = prior_exams(latest, make_reader("adjudicator"))

    assert prior.days_before == round(SERIES_YEARS[1] * 365.25)
    for images in (hang_images(latest.mammograms.all()), prior.images):
        assert [image.place for image in images] == ["RCC", "LCC", "RMLO", "LMLO"]
        assert not any(image.hanging.is_asked_about for image in images)
