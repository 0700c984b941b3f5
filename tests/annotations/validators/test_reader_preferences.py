import pytest

from annotations.errors import PreferencesRefusedError
from annotations.validators.reader_preferences import MAXIMUM_ACTIONS, MAXIMUM_KEYS, validate_keys


@pytest.mark.parametrize(
    "keys", [["b"], ["shift+b"], ["ctrl+shift+z"], ["PageUp", "F2"], ["+"], ["ctrl++"], ["é"], ["?"], []]
)
def test_keys_that_a_page_can_hear_are_taken(keys):
    validate_keys({"zoom-in": keys})


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"brush": [""]}, "not_a_key"),
        ({"brush": [" "]}, "not_a_key"),
        ({"brush": ["\0"]}, "not_a_key"),
        ({"brush": ["bb"]}, "not_a_key"),
        ({"brush": ["<script>"]}, "not_a_key"),
        ({"brush": ["b"] * (MAXIMUM_KEYS + 1)}, "too_many_keys"),
        ({"Brush!": ["b"]}, "action_not_named"),
        ({"": ["b"]}, "action_not_named"),
        ({"brush": ["b"], "eraser": ["e", "b"]}, "key_taken"),
        ({f"action-{i}": [] for i in range(MAXIMUM_ACTIONS + 1)}, "too_many_actions"),
    ],
)
def test_what_is_no_choice_of_keys_is_refused(keys, code):
    with pytest.raises(PreferencesRefusedError) as refusal:
        validate_keys(keys)

    assert refusal.value.code == code
