from django.db import models

from annotations.enums import ReviewValue

from .annotation import Annotation
from .assignment import Assignment
from .base import AppendOnlyRecord
from .reader import Reader


class ExamReview(AppendOnlyRecord):
    """An expert's word on a whole reading of an exam; the last one counts, and nothing is taken away."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="exam_reviews")
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 … within the assignment")
    value = models.CharField(max_length=16, choices=ReviewValue.choices)
    note = models.TextField(blank=True, help_text="For the reader")

    class Meta:
        ordering = ["assignment", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "sequence"], name="exam_review_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.value} by {self.reviewer}"


class ReviewedImage(AppendOnlyRecord):
    """What a review said of one image: which label was looked at, and which one goes on from there."""

    review = models.ForeignKey(ExamReview, on_delete=models.PROTECT, related_name="images")
    reading = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="reviewed_as_reading")
    result = models.ForeignKey(
        Annotation,
        on_delete=models.PROTECT,
        related_name="reviewed_as_result",
        help_text="What stands from here: the reading, its correction, or the copy to go on",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "reading"], name="reviewed_image_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reading_id} in {self.review}"
