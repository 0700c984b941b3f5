"""Every address, every role, every stage of one's own reading: what opens, what is hidden, what is refused.

The addresses come from the URL resolver: a new one without a row here fails. What others made of an exam is
hidden (404, word for word as if it did not exist) or refused; no answer, not even a refusal, tells of it.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from annotations.models import Reader
from tests.factories.blinding_world import World, make_world, read_twice, take_part
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

EXPERTS = ("adjudicator", "data_scientist")
ELSEWHERE = ("health", "earlier-static")  # addresses that tell everybody the same
OPEN, HIDDEN, REFUSED = "open", "hidden", "refused"


@dataclass(frozen=True)
class Person:
    role: str
    stage: str  # of her own reading of the exam, as in `take_part`

    @property
    def is_blind(self) -> bool:
        return self.stage in ("before", "during", "pool", "elsewhere", "repeat")

    @property
    def reads_here(self) -> bool:
        """Whether figures of the campaign tell of what she has still to read in it."""
        return self.is_blind and self.stage != "elsewhere"

    @property
    def is_given(self) -> bool:
        return self.stage not in ("without", "pool")

    @property
    def is_free_expert(self) -> bool:
        return self.role in EXPERTS and not self.is_blind


PEOPLE = [
    Person(role, stage)
    for role in ("reader", *EXPERTS, "administrator")
    for stage in ("without", "before", "during", "after", "pool", "elsewhere", "repeat")
]
REPEATING = [person for person in PEOPLE if person.stage == "repeat"]
Policy = Callable[[Person], str]


def anybody(_person: Person) -> str:
    return OPEN


def role(*roles: str) -> Policy:
    return lambda person: OPEN if person.role in roles else REFUSED


def others_label(person: Person) -> str:
    """Give what another made of an image: for experts who do not read it themselves."""
    return OPEN if person.is_free_expert else HIDDEN


def picture(person: Person) -> str:
    return HIDDEN if person.role == "reader" and not person.is_given else OPEN


def model(person: Person) -> str:
    """Give what a model found where the campaign hides it: from readers for good."""
    return HIDDEN if person.role == "reader" or person.is_blind else OPEN


def model_of_picture(person: Person) -> str:
    """Give what a model found of a picture: refused, not hidden, where the picture itself is hers to see."""
    return REFUSED if model(person) == HIDDEN and picture(person) == OPEN else picture(person)


def refused(_person: Person) -> str:
    return REFUSED


def anothers(_person: Person) -> str:
    return HIDDEN


def results(*roles: str) -> Policy:
    """Give what the campaign has found: to whom it is for and who does not read in it any more."""
    return lambda person: OPEN if person.role in roles and not person.reads_here else REFUSED


def about_exam(*roles: str) -> Policy:
    """Give what tells of the exam itself: to whom it is for and who does not read it anywhere any more."""
    return lambda person: OPEN if person.role in roles and not person.is_blind else REFUSED


def given(person: Person) -> str:
    """Give what belongs to reading in the campaign, or to leading it."""
    return HIDDEN if person.role == "reader" and person.stage in ("without", "elsewhere") else OPEN


def own_shelf(person: Person) -> str:
    takes_from_pool = person.stage == "pool" and person.role == "reader"
    return OPEN if takes_from_pool or (person.is_given and person.stage != "elsewhere") else HIDDEN


LEAD = role("administrator")
SCIENTIST = role("data_scientist")
INTAKE = role("administrator", "data_scientist")
EXPERT = role(*EXPERTS)
ADJUDICATOR = results("adjudicator")
EXAM_ADJUDICATOR = about_exam("adjudicator")

# Address by name: who gets it. The ids in it are those of what others made.
ROWS: dict[str, Policy] = {
    "worklist": anybody,
    "login": anybody,
    "logout": anybody,
    "worklist_done": own_shelf,
    "notices": anybody,
    "next_exam": anybody,
    "read_exam": anothers,
    "read_again": anothers,
    "skip_exam": anothers,
    "grade_exam": anothers,
    "viewer": others_label,
    "images": EXPERT,
    "intake": INTAKE,
    "start_correction": others_label,
    "correction": others_label,
    "comparison": anybody,  # says of what she may not see that it is unknown
    "models": INTAKE,
    "model_version": INTAKE,
    "change_model_state": INTAKE,
    "inference_batches": INTAKE,
    "inference_batch": INTAKE,
    "cancel_inference_batch": INTAKE,
    "model_comparisons": SCIENTIST,
    "model_comparison": about_exam("data_scientist"),
    "cancel_model_comparison": SCIENTIST,
    "training_runs": SCIENTIST,
    "training_run": SCIENTIST,
    "cancel_training": SCIENTIST,
    "webhooks": LEAD,
    "end_webhook": LEAD,
    "send_notice_again": LEAD,
    "datasets": SCIENTIST,
    "open_dataset_version": SCIENTIST,
    "dataset_version": about_exam("data_scientist"),
    "freeze_dataset_version": SCIENTIST,
    "campaigns": role("administrator", *EXPERTS),
    "campaign_board": LEAD,
    "campaign_plan": LEAD,
    "give_exam": LEAD,
    "campaign_settings": LEAD,
    "campaign_guideline": given,
    "campaign_checks": LEAD,
    "campaign_quality": results("administrator", *EXPERTS),
    "campaign_corrections": ADJUDICATOR,
    "next_correction": ADJUDICATOR,
    "corrections_table": ADJUDICATOR,
    "campaign_reviews": ADJUDICATOR,
    "review_changes": ADJUDICATOR,
    "campaign_undo_adjudication": ADJUDICATOR,
    "exam_review": EXAM_ADJUDICATOR,
    "campaign_agreement": results("administrator", *EXPERTS),
    "campaign_compare_readings": results("administrator", *EXPERTS),
    "campaign_send_cases": results("administrator", "adjudicator"),
    "campaign_agreement_figures": results("administrator", *EXPERTS),
    "campaign_agreement_comparisons": results("administrator", *EXPERTS),
    "campaign_adjudication": ADJUDICATOR,
    "campaign_find_disagreements": ADJUDICATOR,
    "campaign_reference": ADJUDICATOR,
    "campaign_build_reference": ADJUDICATOR,
    "campaign_sign_off": ADJUDICATOR,
    None: anothers,
    "api-schema": anybody,
    "api-session": anybody,
    "api-session-log-in": anybody,
    "api-journal-key": anybody,
    "api-preferences": anybody,
    "api-assignments": anybody,
    "api-assignment-annotations": anothers,
    "api-exam-lease": anothers,
    "api-training-feedback": anothers,
    "api-exam-answers": anothers,
    "api-annotation": others_label,
    "api-annotation-operations": others_label,
    "api-annotation-provenance": others_label,
    "api-annotation-submit": others_label,
    "api-reading-intervals": others_label,
    "api-coverage": others_label,
    "api-comments": others_label,
    "api-proposal-decisions": others_label,
    "api-annotation-branches": others_label,
    "api-branch-decisions": others_label,
    "api-comment-events": others_label,
    "api-correction-request": others_label,
    "api-correction-run": others_label,
    "api-correction-decisions": others_label,
    "api-correction-apply": others_label,
    "api-comparison": others_label,
    "api-disagreement-crop": lambda person: OPEN if EXAM_ADJUDICATOR(person) == OPEN else HIDDEN,
    "api-adjudication-queue": ADJUDICATOR,
    "api-adjudication-undo": ADJUDICATOR,
    "api-adjudication-decisions": ADJUDICATOR,
    "api-mammograms": EXPERT,
    "api-mammogram": picture,
    "api-mammogram-hanging": picture,
    "api-mammogram-pixels": picture,
    "api-thumbnail": picture,
    "api-view-statements": picture,
    "api-mammogram-map": model_of_picture,
    "api-image-map-pixels": model,
    "api-mammogram-inference-runs": model_of_picture,
    "api-inference-run": model,
    "api-inference-run-cancel": model,
    "api-inference-run-probability": model,
    "api-model-versions": anybody,
    "api-uploads": INTAKE,
    "api-upload-template": anybody,
    "api-datasets": SCIENTIST,
    "api-dataset-preview": SCIENTIST,
    "api-dataset-versions": SCIENTIST,
    "api-dataset-version": SCIENTIST,
    "api-dataset-version-freeze": SCIENTIST,
    "api-dataset-version-archive": about_exam("data_scientist"),
}
# What differs where the ids are those of her own first reading, which she is reading once more.
OWN_ROWS: dict[str | None, Policy] = {
    "read_exam": anybody,
    "read_again": anybody,
    "skip_exam": anybody,
    "grade_exam": anybody,
    "api-assignment-annotations": anybody,
    "api-exam-lease": anybody,
    "api-training-feedback": refused,
    "api-exam-answers": refused,
}
RUN_OF = {
    "correction": "correction_run",
    "model_comparison": "model_comparison",
    "cancel_model_comparison": "model_comparison",
    "training": "training_run",
    "cancel_training": "training_run",
    "api-correction": "correction_run",
    "api-inference": "inference_run",
}
QUERIES: dict[str, Callable[[World], dict[str, object]]] = {
    "viewer": lambda world: {"comment": world.ids["comment_id"]},
    "images": lambda _world: {"show": "all"},
    "comparison": lambda world: {"reference": world.foreign.id, "candidate": world.foreign.id},
    "api-comparison": lambda world: {"reference": world.foreign.id, "candidate": world.foreign.id},
}


BODIES: dict[str, Callable[[World], dict[str, object]]] = {
    "api-assignment-annotations": lambda world: {"mammogram": str(world.mammogram.id)},
}


def _addresses() -> Iterator[URLPattern]:
    """Walk every address but those of Django's admin, which has a test of its own, and of no reading."""

    def walk(patterns: list[object]) -> Iterator[URLPattern]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern
            elif getattr(pattern, "namespace", None) != "admin":
                yield from walk(pattern.url_patterns)

    return (pattern for pattern in walk(get_resolver().url_patterns) if pattern.name not in ELSEWHERE)


def _arguments(pattern: URLPattern, world: World) -> dict[str, object]:
    arguments = {}
    for name in pattern.pattern.converters:
        key = name
        if name == "run_id":
            key = next(run for start, run in RUN_OF.items() if str(pattern.name).startswith(start))
        arguments[name] = world.ids.get(key, uuid.UUID(int=5))
    return arguments


def _address(pattern: URLPattern, arguments: dict[str, object]) -> str:
    if pattern.name is None:  # the one that answers for whatever is not in the API
        return f"/api/{arguments['rest']}"
    return reverse(pattern.name, kwargs=arguments)


def _ask(
    client: Client, method: str, address: str, query: dict[str, object], data: dict[str, object] | None = None
) -> tuple[int, str]:
    """Ask and undo whatever the asking did."""
    with transaction.atomic():
        if method == "get":
            answer = client.get(address, query)
        else:
            answer = client.post(
                address, data=data or {}, content_type="application/json", query_params=query
            )
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    if answer.status_code == 302 and answer["Location"].startswith("/login/"):
        return 401, ""
    return answer.status_code, body.decode(errors="replace") + answer.headers.get("Location", "")


def _missing(arguments: dict[str, object]) -> dict[str, object]:
    return {key: uuid.uuid4() if isinstance(value, uuid.UUID) else value for key, value in arguments.items()}


def _without_ids(body: str, *values: object) -> str:
    for value in values:
        body = body.replace(str(value), "ID")
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", body)


def _faults(client: Client, person: Person, pattern: URLPattern, world: World) -> Iterator[str]:
    secrets = _secrets(person, world)
    return _faults_at(client, ROWS[pattern.name](person), pattern, world, secrets)


def _faults_at(
    client: Client, expected: str, pattern: URLPattern, world: World, secrets: list[str]
) -> Iterator[str]:
    arguments = _arguments(pattern, world)
    query = QUERIES.get(str(pattern.name), lambda _world: {})(world)
    data = BODIES.get(str(pattern.name), lambda _world: {})(world)
    for method in ("get", "post"):
        status, body = _ask(client, method, _address(pattern, arguments), query, data)
        place = f"{method} {pattern.name}: {status}"
        if status >= 500:
            yield f"{place}: broke"
        told = world.told(_without_ids(body, *arguments.values(), *query.values()), secrets)
        if told:
            yield f"{place}: told {told}"
        if expected == OPEN:
            if method == "get" and status in (401, 403, 404):
                yield f"{place}: should be open"
            continue
        if status not in (400, 403, 404, 405, 415) and (method, status) != ("post", 302):
            yield f"{place}: should be {expected}"
        if expected == HIDDEN:
            others = _missing(arguments)
            nothing = {
                key: uuid.uuid4() if isinstance(value, uuid.UUID) else value for key, value in query.items()
            }
            missing = _ask(client, method, _address(pattern, others), nothing, data)
            plain = _without_ids(missing[1], *others.values(), *nothing.values())
            if (status, _without_ids(body, *arguments.values(), *query.values())) != (missing[0], plain):
                yield f"{place}: differs from what is missing ({missing[0]})"


def _secrets(person: Person, world: World) -> list[str]:
    """List what this person must not be told, in whatever answer."""
    if person.is_free_expert:
        return []
    secrets = list(world.labels)
    watches = person.role in EXPERTS and not person.reads_here
    if person.role != "administrator" and not watches:
        secrets += world.people
    if model(person) == HIDDEN:
        secrets += world.model
    return secrets


def test_every_address_has_a_row() -> None:
    names = {pattern.name for pattern in _addresses()}

    assert names - ROWS.keys() == set(), "say in ROWS who gets the new addresses"
    assert ROWS.keys() - names == set(), "these addresses are gone"


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: f"{person.role}-{person.stage}")
def test_nobody_learns_what_she_must_not_know(person: Person) -> None:
    world = make_world()
    reader = make_reader(person.role, "who-asks")
    take_part(world, reader, person.stage)
    faults = []
    for pattern in _addresses():
        if pattern.name not in ROWS:
            continue  # named by the test above
        client = Client(raise_request_exception=False)
        client.force_login(reader.user)
        faults += _faults(client, person, pattern, world)

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("person", REPEATING, ids=lambda person: person.role)
def test_nobody_meets_her_first_reading_while_she_repeats_it(person: Person) -> None:
    world = make_world()
    reader = make_reader(person.role, "who-asks")
    first = read_twice(world, reader)
    own = replace(world, foreign=first.annotation, ids=first.ids)
    faults = []
    for pattern in _addresses():
        if pattern.name not in ROWS:
            continue  # named by the test above
        client = Client(raise_request_exception=False)
        client.force_login(reader.user)
        expected = OWN_ROWS.get(pattern.name, ROWS[pattern.name])(person)
        faults += _faults_at(client, expected, pattern, own, first.labels)

    assert not faults, "\n".join(faults)


def test_a_stranger_gets_nothing_but_the_log_in() -> None:
    world = make_world()
    for pattern in _addresses():
        for method in ("get", "post"):
            status, body = _ask(Client(), method, _address(pattern, _arguments(pattern, world)), {})
            if pattern.name not in ("login", "logout", "api-schema", "api-session-log-in"):
                assert status in (401, 403, 404, 405), (method, pattern.name, status)
            assert not world.told(body, [*world.labels, *world.people, *world.model])


@pytest.mark.parametrize("role", ["reader", *EXPERTS])
def test_admin_opens_for_administrators_alone(role: str) -> None:
    client = Client()
    client.force_login(make_reader(role).user)

    for address in ("/admin/", "/admin/annotations/", "/admin/annotations/reader/", "/admin/auth/user/"):
        assert client.get(address).status_code in (302, 404)
    assert not isinstance(client.get("/").wsgi_request.user, AnonymousUser)
    assert Reader.objects.count() == 1
