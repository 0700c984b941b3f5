import pytest
from django.test import Client

from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "status"),
    [("reader", 403), ("adjudicator", 403), ("data_scientist", 200), ("administrator", 200)],
)
def test_page_is_for_those_who_take_images_in(role, status):
    client = Client()
    client.force_login(make_reader(role).user)

    assert client.get("/intake/").status_code == status


def test_page_names_the_columns_of_the_table_and_where_to_send_files():
    client = Client()
    client.force_login(make_reader("administrator").user)

    page = client.get("/intake/").content.decode()

    assert "<code>pixel_spacing_mm</code>" in page
    assert 'data-upload-url="/api/uploads/"' in page
    assert 'href="/api/uploads/template/"' in page
