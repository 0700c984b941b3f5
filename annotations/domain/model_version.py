"""Model versions: weights in the content store, and the row that says what they are."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from annotations.domain.audit import record_act
from annotations.domain.content import put_content
from annotations.errors import ModelVersionExistsError, WeightsFileRefusedError
from annotations.ml_gateway.weights import import_weights, read_shipped_weights
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


@transaction.atomic
def register_weights(*, content: bytes, card: dict[str, Any], reader: Reader | None = None) -> Registration:
    """Store safetensors and their row; the same bytes again change nothing.

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
        weights_sha256=sha256, card=card, **{name: card[name] for name in FIELDS_FROM_CARD}
    )
    record_act(
        "register_weights",
        actor=reader,
        subject=model_version,
        name=str(model_version),
        weights_sha256=sha256,
    )
    return Registration(model_version, is_new=True)


def ensure_shipped_model() -> ModelVersion | None:
    """Register the weights that come with Tramline, without torch. Idempotent; None where there are none."""
    weights = read_shipped_weights()
    if weights is None:
        return None
    return register_weights(content=weights.content, card=weights.card).model_version


def _check_fits(card: dict[str, Any]) -> None:
    """Refuse a name or version that the database cannot hold."""
    for key, limit in LENGTH_LIMITS.items():
        if not card[key].strip() or len(card[key]) > limit or not card[key].isprintable():
            raise WeightsFileRefusedError(
                f"A model's {key} has 1 to {limit} printable characters; this one is {card[key][:40]!r}.",
                code="card_invalid",
            )
