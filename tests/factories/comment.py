import uuid

from annotations.domain.comment import CommentDraft, write_comment
from annotations.models import Annotation, Comment, Reader


def make_comment_draft(text: str = "Is this BAC?", **facts: object) -> CommentDraft:
    """Make a comment at row 12.5, column 20.25 of the default image, seen at 2:1."""
    fields = {
        "id": uuid.uuid4(),
        "text": text,
        "x_px": 20.25,
        "y_px": 12.5,
        "centre_x_px": 24.0,
        "centre_y_px": 16.0,
        "scale": 2.0,
        "window_center": 1800.0,
        "window_width": 900.0,
    }
    return CommentDraft(**{**fields, **facts})


def make_comment(annotation: Annotation, author: Reader | None = None, text: str = "Is this BAC?") -> Comment:
    """Write a comment on an annotation, by its reader where nobody else is named."""
    return write_comment(
        annotation=annotation, author=author or annotation.reader, draft=make_comment_draft(text)
    )
