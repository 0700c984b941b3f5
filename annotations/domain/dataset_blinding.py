"""Whoever still reads an exam sees nothing of what others made of it, in no dataset either.

Leaving such items out would freeze another dataset than the filter says; so the whole is closed to her.
"""

from django.db.models import QuerySet

from annotations.domain.dataset_selection import select_annotations
from annotations.errors import DatasetStillReadError
from annotations.models import Annotation, DatasetVersion, Reader
from annotations.rules import studies_still_read_by
from annotations.validators.dataset_filter import DatasetFilter


def check_filter_open(chosen: DatasetFilter, *, reader: Reader) -> None:
    """Raise DatasetStillReadError where the filter picks readings of exams that she still reads."""
    if studies_still_read_by(reader).exists():
        _check_open(select_annotations(chosen), reader)


def check_version_open(version: DatasetVersion, *, reader: Reader) -> None:
    """Raise DatasetStillReadError where a frozen version holds readings of exams that she still reads."""
    if studies_still_read_by(reader).exists():
        _check_open(Annotation.objects.filter(dataset_items__version=version), reader)


def _check_open(annotations: QuerySet[Annotation], reader: Reader) -> None:
    hidden = annotations.filter(mammogram__study__in=studies_still_read_by(reader)).exclude(reader=reader)
    if hidden.exists():
        raise DatasetStillReadError(
            "This dataset holds readings of exams that you have still to read yourself, or that a pool you "
            "joined may give you. It opens to you once you have submitted them, or the lead has taken you "
            "out of that campaign."
        )
