"""Model versions: weights in the content store, and the row that says what they are."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from annotations.domain.audit import record_act
from annotations.domain.content import put_content
from annotations.domain.model_state import activate_model, active_model, change_state
from annotations.enums import ModelLabel, ModelState, ModelTask
from annotations.errors import ModelVersionExistsError, WeightsFileRefusedError
from annotations.ml_gateway.weights import import_weights, import_weights_apart, read_shipped_weights
from annotations.models import ModelVersion, Reader

FIELDS_FROM_CARD = ("name", "version", "architecture", "cutoff", "synthetic_only")
# As wide as the columns.
LENGTH_LIMITS = {"name": 100, "version": 32}


@dataclass(frozen=True)
class Registration:
    """A model version, and whether it was written now or was there before."""

    model_version: ModelVersion
    is_new: bool


def import_model(
    *,
    path: Path,
    name: str | None = None,
    version: str | None = None,
    output: str | None = None,
    cutoff: float | None = None,
    reader: Reader | None = None,
) -> Registration:
    """Take in a weights file from outside. Loads torch: for commands and workers.

    Raises WeightsFileRefusedError with the reason as its code, and what `register_weights` raises.
    """
    weights = import_weights(path, name=name, version=version, output=output, cutoff=cutoff)
    return register_weights(content=weights.content, card=weights.card, reader=reader)


def import_uploaded_model(
    *,
    path: Path,
    reader: Reader,
    sha256: str = "",
    name: str | None = None,
    version: str | None = None,
    output: str | None = None,
    cutoff: float | None = None,
) -> Registration:
    """Do the same with a file that a person sent, without torch in this process.

    `sha256` is what the sender says its digest is; "" where that is not known. Raises WeightsFileRefusedError
    with `digest_mismatch` where the file has another.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if sha256 and sha256 != found:
        raise WeightsFileRefusedError(
            f"The file has the SHA-256 {found}, and not the one that was given. It was damaged on its way, "
            "or is another file. Nothing was stored.",
            code="digest_mismatch",
        )
    weights = import_weights_apart(path, name=name, version=version, output=output, cutoff=cutoff)
    return register_weights(content=weights.content, card=weights.card, reader=reader)


@transaction.atomic
def register_weights(
    *, content: bytes, card: dict[str, Any], reader: Reader | None = None, how: str = "Imported"
) -> Registration:
    """Store safetensors and their row, as a candidate; the same bytes again change nothing.

    `how` they came is the reason of the first state.

    Raises ModelVersionExistsError where other weights have this name and version.
    """
    _check_fits(card)
    sha256 = hashlib.sha256(content).hexdigest()
    existing = ModelVersion.objects.filter(weights_sha256=sha256).first()
    if existing is not None:
        return Registration(existing, is_new=False)
    if ModelVersion.objects.filter(name=card["name"], version=card["version"]).exists():
        raise ModelVersionExistsError(
            f"Other weights are registered as {card['name']} {card['version']}. Give these another version."
        )
    put_content(content)
    model_version = ModelVersion.objects.create(
        weights_sha256=sha256,
        card=card,
        task=card.get("task", ModelTask.SEGMENTATION),
        label=card.get("label", ModelLabel.BAC),
        **{name: card[name] for name in FIELDS_FROM_CARD},
    )
    change_state(model_version, ModelState.CANDIDATE, actor=reader, reason=how)
    record_act(
        "register_weights",
        actor=reader,
        subject=model_version,
        name=str(model_version),
        weights_sha256=sha256,
    )
    return Registration(model_version, is_new=True)


@transaction.atomic
def ensure_shipped_model() -> ModelVersion | None:
    """Register the weights that come with Tramline, without torch, and use them where no others are.

    Idempotent: what people made of them since stays. None where there are none.
    """
    weights = read_shipped_weights()
    if weights is None:
        return None
    registration = register_weights(content=weights.content, card=weights.card, how="Came with Tramline")
    shipped = registration.model_version
    if not registration.is_new or active_model(task=shipped.task, label=shipped.label):
        return shipped
    return activate_model(
        model_version=shipped, actor=None, reason="Came with Tramline, and no other was in use"
    )


def _check_fits(card: dict[str, Any]) -> None:
    """Refuse a name or version that the database cannot hold."""
    for key, limit in LENGTH_LIMITS.items():
        if not card[key].strip() or len(card[key]) > limit or not card[key].isprintable():
            raise WeightsFileRefusedError(
                f"A model's {key} has 1 to {limit} printable characters; this one is {card[key][:40]!r}.",
                code="card_invalid",
            )
