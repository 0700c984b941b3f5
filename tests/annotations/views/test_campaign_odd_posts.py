"""Whatever is sent into a form of a campaign, an answer comes: never a page that broke."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from annotations.domain.guideline import write_guideline
from annotations.domain.question import add_question
from annotations.views.urls import urlpatterns
from tests.factories.assignment import make_assignment
from tests.factories.blinding_world import World, make_world
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

ODD = {"nul": "a\0b", "digits": "9" * 5_000, "letters": "x" * 100_000}


@dataclass
class Sent:
    """What one form of a page sends: where to, its fields, and the buttons one of which is pressed."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def bodies(self, odd: str) -> Iterator[dict[str, str]]:
        """Let each field be odd in turn, under each button."""
        for pressed in [dict([button]) for button in self.buttons] or [{}]:
            for name in self.fields.keys() - {"act"}:
                yield {**self.fields, **pressed, name: odd}


class Forms(HTMLParser):
    """Collect the forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Sent] = []
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "form":
            self.is_inside = (facts.get("method") or "").lower() == "post"
            if self.is_inside:
                self.found.append(Sent(facts.get("action") or ""))
        name, value = facts.get("name"), facts.get("value") or ""
        if not self.is_inside or not name or name == "csrfmiddlewaretoken":
            return
        if tag == "button":
            self.found[-1].buttons.append((name, value))
        elif tag in ("input", "select", "textarea"):
            self.found[-1].fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


def _pages(world: World) -> Iterator[tuple[str, str]]:
    """Give name and address of every page of a campaign."""
    for pattern in urlpatterns:
        if str(pattern.pattern).startswith("campaigns/"):
            arguments = {name: world.ids[name] for name in pattern.pattern.converters}
            yield str(pattern.name), reverse(str(pattern.name), kwargs=arguments)


def _status(client: Client, address: str, body: dict[str, str]) -> int:
    """Send and undo whatever the sending did."""
    with transaction.atomic():
        status = client.post(address, body).status_code
        transaction.set_rollback(True)
    return status


def _make_campaign_with_all_its_forms() -> World:
    world = make_world()
    write_guideline(campaign=world.campaign, text="Label vessels", actor=None, seen=0)
    add_question(
        campaign=world.campaign,
        text="Is the image sharp?",
        scope="exam",
        answers=["Yes", "No"],
        is_required=False,
        actor=None,
    )
    return world


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist", "administrator"])
def test_no_page_of_a_campaign_breaks_on_what_is_sent(role: str, odd: str) -> None:
    world = _make_campaign_with_all_its_forms()
    person = make_reader(role)
    if role == "reader":
        make_assignment(person, world.mammogram.study, world.campaign)
    client = Client(raise_request_exception=False)
    client.force_login(person.user)
    broken, sent_any = set(), False
    for name, address in _pages(world):
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        for sent in Forms(answer.content.decode()).found:
            target = sent.action or address
            if not target.startswith("/campaigns/"):
                continue
            for body in sent.bodies(odd):
                sent_any = True
                status = _status(client, target, body)
                if status >= 500:
                    fields = sorted(key for key, value in body.items() if value == odd)
                    broken.add(f"{name} {body.get('act', '')} {fields}: {status}")

    assert sent_any or role == "data_scientist"
    assert not broken, "\n".join(sorted(broken))
