"""Comments pinned to a place of an annotation: written, answered, settled and opened again; never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from annotations.enums import CommentEventKind, ReadingState
from annotations.errors import CommentRefusedError
from annotations.models import Annotation, Comment, CommentEvent, CommentMention, Reader
from annotations.rules import comments_visible_to, people_who_may_see
from annotations.validators.comment import mentioned_names, validate_text

SETTLING = (CommentEventKind.RESOLVE, CommentEventKind.REOPEN)


@dataclass(frozen=True, kw_only=True)
class CommentDraft:
    """A comment as it was sent: where it is pinned, and how the image looked."""

    id: UUID
    text: str
    x_px: float
    y_px: float
    centre_x_px: float
    centre_y_px: float
    scale: float
    window_center: float
    window_width: float
    is_inverted: bool = False


@transaction.atomic
def write_comment(*, annotation: Annotation, author: Reader, draft: CommentDraft) -> Comment:
    """Pin a comment, submitted or not; the same id sent again gives the comment that is stored."""
    stored = Comment.objects.filter(id=draft.id).first()
    if stored is not None:
        _check_is_own(stored.author_id == author.id and stored.annotation_id == annotation.id)
        return stored
    mammogram = annotation.mammogram
    if not (0 <= draft.x_px <= mammogram.columns and 0 <= draft.y_px <= mammogram.rows):
        raise CommentRefusedError(
            f"The comment points to ({draft.x_px:g}, {draft.y_px:g}); the image has {mammogram.columns} "
            f"columns and {mammogram.rows} rows. Point at the image.",
            code="comment_outside_image",
        )
    text = validate_text(draft.text)
    called = _people_called(text, annotation, author)
    comment = Comment.objects.create(annotation=annotation, author=author, **{**vars(draft), "text": text})
    _note_mentions(comment, called)
    return comment


@transaction.atomic
def add_event(*, comment: Comment, author: Reader, event_id: UUID, kind: str, text: str = "") -> CommentEvent:
    """Answer a comment, settle it or open it again; an answer needs a text, the others may have one."""
    stored = CommentEvent.objects.filter(id=event_id).first()
    if stored is not None:
        _check_is_own(stored.author_id == author.id and stored.comment_id == comment.id)
        return stored
    if kind == CommentEventKind.REPLY or text.strip():
        text = validate_text(text)
    called = _people_called(text, comment.annotation, author)
    Comment.objects.select_for_update().get(id=comment.id)  # two at once come one after the other
    event = CommentEvent.objects.create(
        id=event_id,
        comment=comment,
        author=author,
        sequence=comment.events.count() + 1,
        kind=kind,
        text=text.strip(),
    )
    _note_mentions(comment, called)
    return event


def comments_on(annotation: Annotation, reader: Reader) -> QuerySet[Comment]:
    """List what this person may see of what was said here, and of the labels that this one was made from.

    So a reader whose exam came back finds the expert's remarks on her own copy of it.
    """
    chain: list[UUID] = []
    link: Annotation | None = annotation
    while link is not None:
        chain.append(link.id)
        link = link.derived_from
    return comments_visible_to(reader).filter(annotation__in=chain).order_by("created_at")


def people_to_call(annotation: Annotation, author: Reader) -> QuerySet[Reader]:
    """Everybody else who may see the annotation now: whom a comment of this author may call."""
    return people_who_may_see(annotation).exclude(id=author.id).order_by("pseudonym")


def is_resolved(events: Iterable[CommentEvent]) -> bool:
    """Whether the last word on it was that it is settled; `events` in the order in which they came."""
    settling = [event.kind for event in events if event.kind in SETTLING]
    return bool(settling) and settling[-1] == CommentEventKind.RESOLVE


def open_mentions_of(reader: Reader) -> QuerySet[Comment]:
    """List comments that call this person and are not settled, on annotations that she may see now."""
    last = CommentEvent.objects.filter(comment=OuterRef("pk"), kind__in=SETTLING).order_by("-sequence")
    return (
        comments_visible_to(reader)
        .filter(mentions__reader=reader)
        .annotate(last_word=Subquery(last.values("kind")[:1]))
        .filter(Q(last_word__isnull=True) | ~Q(last_word=CommentEventKind.RESOLVE))
        .order_by("-created_at")
    )


def _check_is_own(is_same: bool) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_same:
        raise CommentRefusedError(
            "This id belongs to another comment. Draw a new id for every one.", code="comment_id_taken"
        )


def _people_called(text: str, annotation: Annotation, author: Reader) -> list[Reader]:
    names = mentioned_names(text)
    if not names:
        return []
    people = {reader.pseudonym: reader for reader in people_to_call(annotation, author)}
    unknown = [name for name in names if name not in people]
    if unknown:
        # The same words for a person who may not see it and for one who is not there.
        who = (
            f"@{unknown[0]} is you"
            if unknown[0] == author.pseudonym
            else f"@{unknown[0]} cannot be called here"
        )
        raise CommentRefusedError(f"{who}. {_who_may_be_called(people, annotation)}", code="mention_unknown")
    return [people[name] for name in names]


def _who_may_be_called(people: Iterable[str], annotation: Annotation) -> str:
    names = ", ".join(f"@{name}" for name in sorted(people))
    if names:
        return f"You can call {names}."
    when = "" if annotation.state == ReadingState.SUBMITTED else " before it is submitted"
    return f"Nobody else may see this annotation{when}. Leave the @ out: your comment stays with it."


def _note_mentions(comment: Comment, readers: Iterable[Reader]) -> None:
    CommentMention.objects.bulk_create(
        [CommentMention(comment=comment, reader=reader) for reader in readers], ignore_conflicts=True
    )
