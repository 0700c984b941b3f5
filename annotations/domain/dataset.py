"""Datasets: a draft is a filter, a frozen version is a list that never changes."""

import hashlib
import json
import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.dataset_blinding import check_filter_open
from annotations.domain.dataset_record import ItemRecord, build_items
from annotations.enums import DatasetVersionState
from annotations.errors import (
    ConflictError,
    DatasetVersionEmptyError,
    DatasetVersionFrozenError,
    InvalidError,
    MissingError,
)
from annotations.models import Campaign, Dataset, DatasetItem, DatasetVersion, Reader
from annotations.validators.dataset_filter import DatasetFilter, validate_dataset_filter

# Names become folder and file names: lower case, so that no two differ on one file system only.
NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
ITEMS_PER_INSERT = 500


@transaction.atomic
def create_dataset(*, name: str, reader: Reader) -> Dataset:
    """Open a named line of versions."""
    if NAME_PATTERN.fullmatch(name) is None:
        raise InvalidError(
            "A dataset's name has 1 to 64 lower-case letters, digits and hyphens, and begins with a letter "
            "or digit: bac-2026, for example.",
            code="dataset_name_refused",
        )
    dataset, is_new = Dataset.objects.get_or_create(name=name)
    if not is_new:
        raise ConflictError(
            f"There is a dataset {name} already. Add a version to it, or choose another name.",
            code="dataset_name_taken",
        )
    record_act("create_dataset", actor=reader, subject=dataset, name=name)
    return dataset


@transaction.atomic
def create_dataset_version(*, dataset: Dataset, filter: object, reader: Reader) -> DatasetVersion:  # noqa: A002 - the field's name
    """Open the next version of a dataset as a draft."""
    chosen = check_filter(filter)
    Dataset.objects.select_for_update().get(id=dataset.id)  # numbers are given one at a time
    last = dataset.versions.aggregate(last=Max("number"))["last"] or 0
    version = DatasetVersion.objects.create(dataset=dataset, number=last + 1, filter=chosen)
    record_act("create_dataset_version", actor=reader, subject=version, name=str(version), filter=chosen)
    return version


@transaction.atomic
def change_dataset_filter(*, version: DatasetVersion, filter: object, reader: Reader) -> DatasetVersion:  # noqa: A002 - the field's name
    """Give a draft another filter; a frozen version raises DatasetVersionFrozenError."""
    chosen = check_filter(filter)
    version = _lock_draft(version)
    version.filter = chosen
    version.save(update_fields=["filter"])
    record_act("change_dataset_filter", actor=reader, subject=version, name=str(version), filter=chosen)
    return version


@transaction.atomic
def freeze_dataset_version(*, version: DatasetVersion, reader: Reader) -> DatasetVersion:
    """Write down every item that the filter picks now, and close the version for good.

    Raises DatasetVersionFrozenError where it is frozen, DatasetVersionEmptyError where nothing is picked.
    """
    version = _lock_draft(version)
    chosen = check_filter(version.filter)
    check_filter_open(chosen, reader=reader)
    items = build_items(chosen)
    if not items:
        raise DatasetVersionEmptyError(
            "No submitted annotation matches this filter, so there is nothing to freeze. Loosen the filter, "
            "or wait until a reader has submitted."
        )
    DatasetItem.objects.bulk_create(
        [
            DatasetItem(
                version=version,
                annotation=item.annotation,
                annotation_version=item.annotation.version,
                number=number,
                record=item.record,
            )
            for number, item in enumerate(items, start=1)
        ],
        batch_size=ITEMS_PER_INSERT,
    )
    # Read back, because the export will read the same: PostgreSQL has its own way to write a number.
    version.content_sha256 = content_digest(item_records(version))
    version.state = DatasetVersionState.FROZEN
    version.frozen_at = timezone.now()
    version.save(update_fields=["content_sha256", "state", "frozen_at"])
    record_act(
        "freeze_dataset_version",
        actor=reader,
        subject=version,
        name=str(version),
        items=len(items),
        content_sha256=version.content_sha256,
    )
    return version


def item_records(version: DatasetVersion) -> list[ItemRecord]:
    """Return what a frozen version says of its items, in its order."""
    return list(version.items.order_by("number").values_list("record", flat=True))


def content_digest(records: Iterable[ItemRecord]) -> str:
    """Return the SHA-256 of the items as canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(list(records), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_filter(value: object) -> DatasetFilter:
    """Validate a filter, and that the people and the campaign it names exist."""
    chosen = validate_dataset_filter(value)
    if chosen["campaign"] and not Campaign.objects.filter(name=chosen["campaign"]).exists():
        raise InvalidError(f"There is no campaign {chosen['campaign']}.", code="unknown_campaign")
    known = Reader.objects.filter(pseudonym__in=chosen["readers"]).values_list("pseudonym", flat=True)
    unknown = sorted(set(chosen["readers"]) - set(known))
    if unknown:
        raise InvalidError(f"No reader has the pseudonym {unknown[0]}.", code="unknown_reader")
    return chosen


def find_dataset(*, name: str) -> Dataset:
    dataset = Dataset.objects.filter(name=name).first()
    if dataset is None:
        raise MissingError(f"There is no dataset {name}.")
    return dataset


def find_dataset_version(*, name: str, number: int) -> DatasetVersion:
    """Return a version, or raise MissingError with what there is instead."""
    versions = DatasetVersion.objects.filter(dataset__name=name).select_related("dataset")
    version = versions.filter(number=number).first()
    if version is not None:
        return version
    numbers = versions.order_by("number").values_list("number", flat=True)
    if numbers:
        raise MissingError(f"There is no version {number} of {name}; it has {', '.join(map(str, numbers))}.")
    raise MissingError(f"There is no dataset {name} with a version.")


def _lock_draft(version: DatasetVersion) -> DatasetVersion:
    """Lock the row until the transaction ends."""
    versions = DatasetVersion.objects.select_for_update(of=("self",)).select_related("dataset")
    locked = versions.get(id=version.id)
    if locked.state == DatasetVersionState.FROZEN:
        raise DatasetVersionFrozenError(f"{locked} is frozen and never changes. Open a new version instead.")
    return locked
