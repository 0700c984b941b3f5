import pytest

from annotations.errors import CommentRefusedError
from annotations.validators.comment import MAXIMUM_CHARACTERS, mentioned_names, validate_text


def test_text_is_kept_as_it_was_written_but_for_space_around_it():
    assert validate_text(" <b>3 mm</b>\n& more\n") == "<b>3 mm</b>\n& more"
    assert validate_text("ä" * MAXIMUM_CHARACTERS) == "ä" * MAXIMUM_CHARACTERS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "comment_empty"),
        (" \n\t", "comment_empty"),
        ("a" * (MAXIMUM_CHARACTERS + 1), "comment_too_long"),
        ("a\0b", "comment_not_text"),
    ],
)
def test_what_is_no_comment_is_refused(text, code):
    with pytest.raises(CommentRefusedError) as refusal:
        validate_text(text)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@R12AB look", ["R12AB"]),
        ("(@R1), @R2. @R1!", ["R1", "R2"]),
        ("3 mm @ 5 o'clock", []),
        ("write to a.b@hospital.org", []),
        ("", []),
    ],
)
def test_names_behind_an_at_sign(text, names):
    assert mentioned_names(text) == names
