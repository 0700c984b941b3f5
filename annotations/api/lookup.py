from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from annotations.errors import MissingError

M = TypeVar("M", bound=Model)


def find_visible(rows: QuerySet[M], row_id: UUID) -> M:
    """Return one of the rows that a person may see; a hidden row and a missing one answer alike."""
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise MissingError(f"There is no {rows.model._meta.verbose_name} {row_id} that you may see.")  # noqa: SLF001 - Django's documented API
    return row
