import pytest
from django.urls import reverse

from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


PAGES = {"worklist", "intake", "images", "comparison", "campaigns", "models", "datasets"}


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("reader", {"worklist"}),
        ("adjudicator", {"worklist", "images", "comparison", "campaigns"}),
        ("data_scientist", {"worklist", "intake", "images", "comparison", "campaigns", "models", "datasets"}),
        ("administrator", {"worklist", "intake", "campaigns", "models"}),
    ],
)
def test_head_offers_the_pages_of_the_role(client, role, offered):
    client.force_login(make_reader(role).user)

    page = client.get(reverse("worklist")).content.decode()

    head = page[page.index("<nav") : page.index("</nav>")]
    assert {name for name in PAGES if f'href="{reverse(name)}"' in head} == offered
    assert head.count('aria-current="page"') == 1
