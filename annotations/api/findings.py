"""Findings as they travel: single microcalcifications and groups, beside the masks."""

from typing import Any

from rest_framework import serializers

from annotations.enums import Assessment, FindingShape, Histology, Label
from annotations.validators.finding import MAXIMUM_POINTS

MAXIMUM_COORDINATE_PX = 16384


class PointField(serializers.ListField):
    """[x, y] in image px."""

    child = serializers.FloatField(min_value=0, max_value=MAXIMUM_COORDINATE_PX)

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=2, max_length=2, **options)


class FindingRecord(serializers.Serializer):
    id = serializers.UUIDField(help_text="Drawn by the client (UUIDv7); put again, it is changed")
    label = serializers.ChoiceField(Label.choices)  # type: ignore[assignment]  # DRF's metaclass takes fields off the class
    shape = serializers.ChoiceField(FindingShape.choices)
    points = serializers.ListField(
        child=PointField(), min_length=1, max_length=MAXIMUM_POINTS, help_text="A dot, or the ring of a group"
    )
    assessment = serializers.ChoiceField(Assessment.choices)
    histology = serializers.ChoiceField(Histology.choices, allow_blank=True)


class FindingForm(FindingRecord):
    """A finding as it is from now on; or, where `removed`, its id alone."""

    removed = serializers.BooleanField(required=False, help_text="True takes the finding away")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.required = name == "id"


def finding_of(form: dict[str, Any]) -> dict[str, Any]:
    """Return what is stored of a form: the whole finding, or the id that goes."""
    if form.pop("removed", False):
        return {"id": str(form["id"]), "removed": True}
    return {**form, "id": str(form["id"])}
