"""Rules of a comment that need no database."""

import re

from annotations.errors import CommentRefusedError

MAXIMUM_CHARACTERS = 2000
# A name after an @ that stands by itself: not within an address of mail.
MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9][\w-]*)")


def validate_text(text: str) -> str:
    """Return the text without space around it; plain text of at most 2,000 characters, not empty."""
    text = text.strip()
    if not text:
        raise CommentRefusedError("The comment is empty; write something.", code="comment_empty")
    if len(text) > MAXIMUM_CHARACTERS:
        raise CommentRefusedError(
            f"The comment has {len(text)} characters; at most {MAXIMUM_CHARACTERS} fit.",
            code="comment_too_long",
        )
    if "\0" in text:
        raise CommentRefusedError(
            "The comment contains a NUL character; leave it out.", code="comment_not_text"
        )
    return text


def mentioned_names(text: str) -> list[str]:
    """Give each name that stands behind an @, once, in order."""
    return list(dict.fromkeys(MENTION.findall(text)))
