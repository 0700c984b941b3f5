"""Rules of one finding that need no database; its words are checked where it is read."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotations.enums import FindingShape, Label
from annotations.errors import OperationRefusedError

MAXIMUM_POINTS = 500
LEAST_POINTS_OF_A_GROUP = 3
WHOLE = ("label", "shape", "points", "assessment", "histology")


def is_removal(finding: Mapping[str, object]) -> bool:
    """Say whether this takes the finding with its id away."""
    return bool(finding.get("removed"))


def validate_finding(finding: Mapping[str, Any], *, rows: int, columns: int) -> None:
    """Refuse a finding that is not whole, has the wrong number of points, or leaves the image."""
    if is_removal(finding):
        return
    if missing := [name for name in WHOLE if name not in finding]:
        raise OperationRefusedError(
            f"A finding came without {', '.join(missing)}. Send all of it, or only its id with removed.",
            code="finding_not_whole",
        )
    if finding["label"] != Label.MICROCALCIFICATION:
        raise OperationRefusedError(
            f"A finding of the label {finding['label']} came; findings are microcalcifications.",
            code="finding_label_wrong",
        )
    _validate_count(finding["shape"], finding["points"])
    if not all(0 <= x <= columns and 0 <= y <= rows for x, y in finding["points"]):
        raise OperationRefusedError(
            f"A finding has a point outside the image, which is {columns} px wide and {rows} px high.",
            code="finding_outside_image",
        )


def _validate_count(shape: str, points: Sequence[object]) -> None:
    if shape == FindingShape.DOT and len(points) != 1:
        raise OperationRefusedError(
            f"A dot has {len(points)} points; it has one.", code="finding_points_wrong"
        )
    if shape == FindingShape.GROUP and not LEAST_POINTS_OF_A_GROUP <= len(points) <= MAXIMUM_POINTS:
        raise OperationRefusedError(
            f"A group has {len(points)} points; its ring takes {LEAST_POINTS_OF_A_GROUP} to "
            f"{MAXIMUM_POINTS}.",
            code="finding_points_wrong",
        )
