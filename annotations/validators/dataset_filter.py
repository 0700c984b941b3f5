"""What a dataset version may ask for: every key of its filter, and what a key may hold."""

from typing import TypedDict

from django.db.models import TextChoices

from annotations.enums import AlgorithmType, Answer, Label, ReadingState
from annotations.errors import InvalidError

LATEST = "latest"
ALL = "all"
REFERENCE = "reference"
MAX_NAME_LENGTH = 100
MAX_READERS = 1000


class DatasetFilter(TypedDict):
    """A filter in its one stored form. An empty list or text asks for everything."""

    state: str
    campaign: str
    labels: list[str]
    algorithm_types: list[str]
    readers: list[str]
    bac_present: list[str]
    which: str


KEYS = tuple(DatasetFilter.__annotations__)


def validate_dataset_filter(value: object) -> DatasetFilter:
    """Return a filter in its stored form: every key there, lists sorted and without repetition.

    Raises InvalidError with `filter_not_an_object`, `unknown_filter_key` or `filter_value_refused`.
    """
    if not isinstance(value, dict):
        raise InvalidError(
            f"A filter is an object with the keys {', '.join(KEYS)}; this is {type(value).__name__}.",
            code="filter_not_an_object",
        )
    unknown = sorted(str(key) for key in value if key not in KEYS)
    if unknown:
        raise InvalidError(
            f"The filter has the unknown key {unknown[0][:40]!r}; allowed are {', '.join(KEYS)}.",
            code="unknown_filter_key",
        )
    return DatasetFilter(
        state=_one_of(value, "state", [ReadingState.SUBMITTED]),
        campaign=_name(value.get("campaign") or "", "campaign"),
        labels=_some_of(value, "labels", Label),
        algorithm_types=_some_of(value, "algorithm_types", AlgorithmType),
        readers=_names(value, "readers"),
        bac_present=_some_of(value, "bac_present", Answer),
        which=_one_of(value, "which", [LATEST, ALL, REFERENCE]),
    )


def _one_of(value: dict[str, object], key: str, allowed: list[str]) -> str:
    """Return the value of `key`, the first allowed one where it is missing."""
    chosen = value.get(key, allowed[0])
    if not isinstance(chosen, str) or chosen not in allowed:
        raise _refused(key, f"may be {' or '.join(str(choice) for choice in allowed)}")
    return str(chosen)


def _some_of(value: dict[str, object], key: str, choices: type[TextChoices]) -> list[str]:
    chosen = _list(value, key)
    if any(not isinstance(item, str) or item not in choices.values for item in chosen):
        raise _refused(key, f"may hold {', '.join(choices.values)}")
    return sorted({str(item) for item in chosen})


def _names(value: dict[str, object], key: str) -> list[str]:
    chosen = _list(value, key)
    if len(chosen) > MAX_READERS:
        raise _refused(key, f"may hold at most {MAX_READERS} names")
    return sorted({_name(item, key) for item in chosen})


def _list(value: dict[str, object], key: str) -> list[object]:
    chosen = value.get(key, [])
    if not isinstance(chosen, list):
        raise _refused(key, "must be a list")
    return chosen


def _name(value: object, key: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME_LENGTH or not value.isprintable():
        raise _refused(key, f"takes names of at most {MAX_NAME_LENGTH} printable characters")
    return value


def _refused(key: str, rule: str) -> InvalidError:
    return InvalidError(f"The filter's {key} {rule}.", code="filter_value_refused")
