"""What people say of breast and view of an image, where its header leaves it open or is wrong."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from annotations.domain.audit import record_act
from annotations.errors import ForbiddenError
from annotations.models import Mammogram, Reader, ViewStatement
from annotations.rules import can_state_view


@transaction.atomic
def state_view(*, mammogram: Mammogram, laterality: str, view: str, reader: Reader) -> ViewStatement:
    """Write a statement, which counts from now on for everybody; the header stays as it came."""
    if not can_state_view(reader, mammogram):
        raise ForbiddenError("Breast and view of an image are stated by those who read it.")
    Mammogram.objects.select_for_update().get(pk=mammogram.pk)
    last = mammogram.view_statements.last()
    statement = ViewStatement.objects.create(
        mammogram=mammogram,
        sequence=last.sequence + 1 if last else 1,
        laterality=laterality,
        view=view,
        reader=reader,
    )
    record_act("state_view", actor=reader, subject=mammogram, laterality=laterality, view=view)
    return statement


def statements_of(mammograms: Iterable[Mammogram]) -> dict[UUID, ViewStatement]:
    """Return the last statement by image."""
    ordered = ViewStatement.objects.filter(mammogram__in=list(mammograms)).order_by("sequence")
    return {statement.mammogram_id: statement for statement in ordered}
