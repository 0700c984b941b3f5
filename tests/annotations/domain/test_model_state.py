from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from annotations.domain.model_state import (
    activate_model,
    active_model,
    previously_active,
    retire_model,
    roll_back_model,
)
from annotations.errors import InvalidError, ModelStateError
from annotations.models import AuditEntry, ModelStateChange, ModelVersion
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def state_of(model_version: ModelVersion) -> str:
    model_version.refresh_from_db()
    return model_version.state


def history_of(model_version: ModelVersion) -> list[tuple[str, str]]:
    return list(model_version.state_changes.values_list("state", "reason"))


def test_activating_a_candidate_retires_what_was_in_use_and_writes_down_who_and_why():
    first, second = make_model_version(), make_model_version()
    person = make_reader("data_scientist")

    activate_model(model_version=second, actor=person, reason="  finds more ")

    assert (state_of(first), state_of(second)) == ("retired", "active")
    assert history_of(first)[-1] == ("retired", f"Replaced by {second}: finds more")
    last = second.state_changes.get(number=2)
    assert (last.state, last.actor, last.reason, last.replaced) == ("active", person, "finds more", first)
    assert AuditEntry.objects.filter(act="change_model_state", actor=person).count() == 2


def test_activating_what_is_active_changes_nothing():
    model = make_model_version()
    before = history_of(model)

    activate_model(model_version=model, actor=None, reason="again")

    assert history_of(model) == before


def test_models_of_different_labels_and_tasks_are_active_side_by_side():
    models = [
        make_model_version(),
        make_model_version(label="microcalcification"),
        make_model_version(task="image_classification"),
    ]

    assert [state_of(model) for model in models] == ["active"] * 3
    assert active_model(task="image_classification", label="bac") == models[2]


def test_rolling_back_puts_to_use_what_was_replaced_and_can_be_taken_back_itself():
    first, second = make_model_version(), make_model_version()
    person = make_reader("data_scientist")
    activate_model(model_version=second, actor=person, reason="new")
    second.refresh_from_db()

    assert roll_back_model(model_version=second, actor=person) == first
    assert (state_of(first), state_of(second)) == ("active", "retired")
    assert history_of(first)[-1] == ("active", f"Rolled back from {second}")
    assert previously_active(first) == second
    assert roll_back_model(model_version=first, actor=person) == second


def test_nothing_to_roll_back_to_is_said_in_words():
    first, candidate = make_model_version(), make_model_version()
    person = make_reader("data_scientist")

    for model, code in ((first, "nothing_to_roll_back_to"), (candidate, "model_not_active")):
        with pytest.raises(ModelStateError) as caught:
            roll_back_model(model_version=model, actor=person)
        assert caught.value.code == code

    assert (state_of(first), state_of(candidate)) == ("active", "candidate")


def test_a_model_that_was_retired_for_itself_is_not_rolled_back_to():
    withdrawn, next_one = make_model_version(), make_model_version()
    person = make_reader("administrator")
    retire_model(model_version=withdrawn, actor=person, reason="marks veins")
    activate_model(model_version=next_one, actor=person, reason="does not")
    next_one.refresh_from_db()

    assert previously_active(next_one) is None


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_change_needs_a_reason(reason: str):
    make_model_version()
    candidate = make_model_version()
    count = ModelStateChange.objects.count()

    with pytest.raises(InvalidError) as caught:
        activate_model(model_version=candidate, actor=None, reason=reason)

    assert caught.value.code == "reason_missing"
    assert ModelStateChange.objects.count() == count


def test_the_database_holds_to_one_active_model_of_a_task_and_label():
    make_model_version()
    candidate = make_model_version()

    with pytest.raises(IntegrityError), transaction.atomic():
        ModelVersion.objects.filter(id=candidate.id).update(state="active")


@pytest.mark.django_db(transaction=True)
def test_two_who_activate_at_once_leave_one_active_and_a_whole_history():
    first = make_model_version()
    candidates = [make_model_version(), make_model_version()]
    both_ready = Barrier(2)

    def activate(model: ModelVersion) -> None:
        try:
            both_ready.wait(timeout=10)
            activate_model(model_version=model, actor=None, reason="at once")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(activate, candidates))

    states = {state_of(model) for model in candidates}
    assert states == {"active", "retired"}
    assert state_of(first) == "retired"
    loser = next(model for model in candidates if model.state == "retired")
    assert [state for state, _ in history_of(loser)] == ["candidate", "active", "retired"]


def test_the_state_is_that_of_the_last_record():
    first, second = make_model_version(), make_model_version()
    acts: list[Callable[[], object]] = [
        lambda: activate_model(model_version=second, actor=None, reason="one"),
        lambda: retire_model(model_version=second, actor=make_reader("administrator"), reason="two"),
        lambda: activate_model(model_version=first, actor=None, reason="three"),
    ]
    for act in acts:
        act()
        for model in (first, second):
            assert state_of(model) == history_of(model)[-1][0]
