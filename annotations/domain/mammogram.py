"""What may still be said of a stored image after its intake."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from annotations.domain.audit import record_act
from annotations.errors import ConflictError
from annotations.ml_gateway.images import check_pixel_spacing
from annotations.models import Mammogram, Reader


@transaction.atomic
def set_pixel_spacing(
    *,
    mammogram: Mammogram,
    row_mm: float,
    column_mm: float,
    source: str,
    actor: Reader | None,
    attributes: Mapping[str, Any] | None = None,
) -> Mammogram:
    """Supply the pixel spacing of an image that came without one; one that is known never changes.

    `attributes` are what the header says of the spacing besides; they overwrite none that are stored.
    """
    check_pixel_spacing(row_mm, column_mm, "The pixel spacing")
    locked = Mammogram.objects.select_for_update().get(pk=mammogram.pk)
    if locked.pixel_spacing_mm is not None:
        raise ConflictError(
            "This image has a pixel spacing already, and measures may rest on it: it is not changed.",
            code="pixel_spacing_known",
        )
    locked.pixel_spacing_row_mm, locked.pixel_spacing_column_mm = row_mm, column_mm
    locked.pixel_spacing_source = source
    locked.attributes = {**(attributes or {}), **locked.attributes}
    locked.save(
        update_fields=[
            "pixel_spacing_row_mm",
            "pixel_spacing_column_mm",
            "pixel_spacing_source",
            "attributes",
        ]
    )
    record_act(
        "set_pixel_spacing",
        actor=actor,
        subject=locked,
        row_mm=row_mm,
        column_mm=column_mm,
        source=source,
    )
    return locked
