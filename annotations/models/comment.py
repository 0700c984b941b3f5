from django.db import models

from annotations.enums import CommentEventKind

from .annotation import Annotation
from .base import AppendOnlyRecord
from .reader import Reader


class Comment(AppendOnlyRecord):
    """A remark pinned to a place on an annotation, with how the image looked when it was written.

    Which way round it hung is left out: places are those of the stored image, and every page hangs it by
    itself. Whether it is resolved follows from its events; the text itself never changes.
    """

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    x_px = models.FloatField(help_text="Image px, to the right; pixel i covers [i, i + 1)")
    y_px = models.FloatField(help_text="Image px, downwards")
    centre_x_px = models.FloatField(help_text="Image px in the middle of the canvas")
    centre_y_px = models.FloatField()
    scale = models.FloatField(help_text="Canvas px for each image px")
    window_center = models.FloatField(help_text="In rescaled values")
    window_width = models.FloatField()
    is_inverted = models.BooleanField(default=False)

    class Meta:
        ordering = ["annotation", "created_at"]

    def __str__(self) -> str:
        return f"comment of {self.author} on {self.annotation_id}"


class CommentEvent(AppendOnlyRecord):
    """What came after a comment: an answer, that it is settled, or that it is open again."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="events")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="comment_events")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … within the comment; clocks can go back")
    kind = models.CharField(max_length=8, choices=CommentEventKind.choices)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["comment", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "sequence"], name="comment_event_in_order"),
            models.CheckConstraint(
                name="comment_reply_has_text",
                condition=~models.Q(kind=CommentEventKind.REPLY) | ~models.Q(text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.author}"


class CommentMention(AppendOnlyRecord):
    """A person whom a comment, or an answer to it, calls by @pseudonym."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="mentions")
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="comment_mentions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "reader"], name="mention_once_per_comment"),
        ]

    def __str__(self) -> str:
        return f"{self.reader} in {self.comment_id}"
