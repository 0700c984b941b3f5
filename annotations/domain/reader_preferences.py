from collections.abc import Mapping, Sequence

from annotations.models import Reader, ReaderPreferences
from annotations.validators.reader_preferences import validate_keys


def keys_of(reader: Reader) -> dict[str, list[str]]:
    """Return the keys that a person has changed, by name of the action; the pages know the others."""
    preferences = ReaderPreferences.objects.filter(reader=reader).first()
    return preferences.keys if preferences else {}


def set_keys(*, reader: Reader, keys: Mapping[str, Sequence[str]]) -> None:
    """Keep a person's own keys in place of those she had."""
    validate_keys(keys)
    ReaderPreferences.objects.update_or_create(
        reader=reader, defaults={"keys": {name: list(own) for name, own in keys.items()}}
    )
