"""Rules of a person's own keys that need no knowledge of the pages."""

import re
from collections.abc import Mapping, Sequence

from annotations.errors import PreferencesRefusedError

MAXIMUM_ACTIONS = 300
MAXIMUM_KEYS = 4
ACTION_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# As the page names keys: "b", "shift+b", "ctrl+z", "PageUp"; no control characters, no space.
KEY = re.compile(r"(?:ctrl\+)?(?:shift\+)?(?:[^\s\x00-\x1f\x7f]|[A-Z][A-Za-z0-9]{1,20})")


def validate_keys(keys: Mapping[str, Sequence[str]]) -> None:
    """Refuse what is no key or no action's name, and one key for two actions."""
    if len(keys) > MAXIMUM_ACTIONS:
        raise PreferencesRefusedError(
            f"Keys of {len(keys)} actions came; at most {MAXIMUM_ACTIONS} are kept.", code="too_many_actions"
        )
    owners: dict[str, str] = {}
    for name, own in keys.items():
        _validate_action(name, own)
        for key in own:
            owner = owners.setdefault(key, name)
            if owner != name:
                raise PreferencesRefusedError(
                    f"The key {key} is given to {owner} and to {name}; give it to one.", code="key_taken"
                )


def _validate_action(name: str, keys: Sequence[str]) -> None:
    if not ACTION_NAME.fullmatch(name):
        raise PreferencesRefusedError(f"{name[:64]!r} is no name of an action.", code="action_not_named")
    if len(keys) > MAXIMUM_KEYS:
        raise PreferencesRefusedError(
            f"{len(keys)} keys came for {name}; at most {MAXIMUM_KEYS} are kept.", code="too_many_keys"
        )
    for key in keys:
        if not KEY.fullmatch(key):
            raise PreferencesRefusedError(f"{key[:32]!r} is no key that a page could hear.", code="not_a_key")
