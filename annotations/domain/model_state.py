"""The states of model versions: every change is a record, and of one task and label one at most is active."""

from django.db import transaction
from django.db.models import Max

from annotations.domain.audit import record_act
from annotations.domain.exam_end import clean_reason
from annotations.enums import ModelState
from annotations.errors import ModelStateError
from annotations.models import ModelStateChange, ModelVersion, Reader


@transaction.atomic
def activate_model(*, model_version: ModelVersion, actor: Reader | None, reason: str) -> ModelVersion:
    """Put a version to use; what was active of its task and label is retired.

    Active already: nothing changes. `actor` is None for commands alone.
    """
    reason = clean_reason(reason)
    locked = _lock_rivals(model_version)
    chosen = next(each for each in locked if each.id == model_version.id)
    if chosen.state == ModelState.ACTIVE:
        return chosen
    replaced = next((each for each in locked if each.state == ModelState.ACTIVE), None)
    if replaced is not None:
        change_state(replaced, ModelState.RETIRED, actor=actor, reason=f"Replaced by {chosen}: {reason}")
    change_state(chosen, ModelState.ACTIVE, actor=actor, reason=reason, replaced=replaced)
    return chosen


@transaction.atomic
def retire_model(*, model_version: ModelVersion, actor: Reader, reason: str) -> ModelVersion:
    """Take a version out of use; what it has predicted stays. Retired already: nothing changes."""
    reason = clean_reason(reason)
    chosen = next(each for each in _lock_rivals(model_version) if each.id == model_version.id)
    if chosen.state != ModelState.RETIRED:
        change_state(chosen, ModelState.RETIRED, actor=actor, reason=reason)
    return chosen


@transaction.atomic
def roll_back_model(*, model_version: ModelVersion, actor: Reader) -> ModelVersion:
    """Put back to use what this active version had replaced.

    Raises ModelStateError with `model_not_active` or `nothing_to_roll_back_to`.
    """
    chosen = next(each for each in _lock_rivals(model_version) if each.id == model_version.id)
    if chosen.state != ModelState.ACTIVE:
        raise ModelStateError(
            f"{chosen} is not active any more, so there is nothing to roll back. Look at the list anew.",
            code="model_not_active",
        )
    before = previously_active(chosen)
    if before is None:
        raise ModelStateError(
            f"No model was in use before {chosen}. Activate another one, or retire it.",
            code="nothing_to_roll_back_to",
        )
    return activate_model(model_version=before, actor=actor, reason=f"Rolled back from {chosen}")


def previously_active(model_version: ModelVersion) -> ModelVersion | None:
    """Give what an active version replaced when it became active; None where nothing was in use then."""
    activations = model_version.state_changes.filter(state=ModelState.ACTIVE).order_by("number")
    last = activations.select_related("replaced").last()
    return last.replaced if last and model_version.state == ModelState.ACTIVE else None


def active_model(*, task: str, label: str) -> ModelVersion | None:
    return ModelVersion.objects.filter(task=task, label=label, state=ModelState.ACTIVE).first()


def change_state(
    model_version: ModelVersion,
    state: ModelState,
    *,
    actor: Reader | None,
    reason: str,
    replaced: ModelVersion | None = None,
) -> None:
    """Write the record of a change, and the state that follows from it. The caller holds the row's lock.

    The audit has of the first state what it has of the act that brought the version in.
    """
    last = model_version.state_changes.aggregate(last=Max("number"))["last"] or 0
    ModelStateChange.objects.create(
        model_version=model_version,
        number=last + 1,
        state=state,
        actor=actor,
        reason=reason,
        replaced=replaced,
    )
    model_version.state = state
    model_version.save(update_fields=["state"])
    if not last:
        return
    record_act(
        "change_model_state",
        actor=actor,
        subject=model_version,
        name=str(model_version),
        state=state,
        reason=reason,
    )


def _lock_rivals(model_version: ModelVersion) -> list[ModelVersion]:
    """Lock every version of one task and label, so that changes come one after the other."""
    rivals = ModelVersion.objects.filter(task=model_version.task, label=model_version.label)
    return list(rivals.order_by("id").select_for_update(no_key=True))
