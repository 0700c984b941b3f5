"""Values of a header in three plain forms, whatever the sender wrote; unreadable ones never raise."""

import math
from typing import Any

from pydicom import Dataset


def read_values(dataset: Dataset, keyword: str) -> list[Any]:
    """Return all values of an attribute; absent or empty gives an empty list, unreadable gives [None]."""
    try:
        value = dataset.get(keyword)
    except Exception:  # noqa: BLE001 - any byte can stand in a header, and pydicom raises many types for it
        return [None]
    if value is None or (isinstance(value, str) and value == ""):
        return []
    if isinstance(value, str | bytes | int | float):
        return [value]
    try:
        return list(value)
    except TypeError:
        return [value]


def read_text(dataset: Dataset, keyword: str) -> str:
    """Return the only value as text; "" where there is none, several, or one that is no text."""
    values = read_values(dataset, keyword)
    return str(values[0]).strip() if len(values) == 1 and isinstance(values[0], str) else ""


def read_numbers(dataset: Dataset, keyword: str) -> list[float]:
    """Return all values as numbers; one that is no number becomes NaN, so that range checks catch it."""
    return [_as_number(value) for value in read_values(dataset, keyword)]


def _as_number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan
