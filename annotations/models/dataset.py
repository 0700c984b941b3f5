from django.db import models

from annotations.enums import DatasetVersionState

from .annotation import Annotation
from .base import AppendOnlyRecord, Record


class Dataset(Record):
    """A named line of versions."""

    name = models.SlugField(max_length=64, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DatasetVersion(Record):
    """A filter over annotations that becomes, once frozen, a list that never changes (by trigger too)."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=16, choices=DatasetVersionState.choices, default=DatasetVersionState.DRAFT
    )
    filter = models.JSONField(default=dict)
    notes = models.TextField(blank=True)
    frozen_at = models.DateTimeField(null=True)
    content_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the canonical list of items")

    class Meta:
        ordering = ["dataset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_numbered_once"),
            models.CheckConstraint(
                name="dataset_version_frozen_has_time",
                condition=models.Q(state=DatasetVersionState.DRAFT, frozen_at__isnull=True)
                | models.Q(state=DatasetVersionState.FROZEN, frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset.name}@{self.number}"


class DatasetItem(AppendOnlyRecord):
    """One annotation at one version in one dataset version, with the digests it had then."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="items")
    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="dataset_items")
    annotation_version = models.PositiveIntegerField()
    number = models.PositiveIntegerField(help_text="Position in the canonical order")
    record = models.JSONField(help_text="Everything that the manifest says of this item")

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "annotation"], name="dataset_item_once"),
            models.UniqueConstraint(fields=["version", "number"], name="dataset_item_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} #{self.number}"
