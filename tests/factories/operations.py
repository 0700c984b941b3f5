"""Operations as domain functions take them and as a browser sends them."""

import base64
import uuid

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from annotations.enums import Label, OperationKind, Question, Tool
from annotations.validators.operation import OperationDraft
from ml import masks


def make_patch(mask: NDArray[np.bool_]) -> bytes:
    return masks.encode(masks.from_dense(mask))


def make_stroke(
    patch: bytes, *, label: str = Label.BAC, tool: str = Tool.BRUSH, **fields: object
) -> OperationDraft:
    return OperationDraft(
        id=uuid.uuid4(),
        kind=OperationKind.MASK,
        label=label,
        tool=tool,
        patch=patch,
        made_at=timezone.now(),
        **fields,
    )


def make_answer(answer: str = "yes", *, question: str = Question.BAC_PRESENT) -> OperationDraft:
    return OperationDraft(
        id=uuid.uuid4(),
        kind=OperationKind.ANSWER,
        question=question,
        answer=answer,
        made_at=timezone.now(),
    )


def make_finding(**fields: object) -> OperationDraft:
    """Make a dot, or with `removed` the removal of one; fields are those of the finding."""
    identity = fields.pop("id", str(uuid.uuid4()))
    whole = {
        "label": Label.MICROCALCIFICATION,
        "shape": "dot",
        "points": [[10.5, 20.0]],
        "assessment": "unknown",
        "histology": "",
    }
    finding = {"id": identity, **({} if fields.get("removed") else whole), **fields}
    return OperationDraft(
        id=uuid.uuid4(), kind=OperationKind.FINDING, finding=finding, made_at=timezone.now()
    )


def operation_to_json(operation: OperationDraft) -> dict[str, object]:
    """Write an operation as the browser does."""
    sent = {
        "id": str(operation.id),
        "kind": operation.kind,
        "details": operation.details,
        "made_at": operation.made_at.isoformat(),
    }
    if operation.finding is not None:
        return {**sent, "finding": dict(operation.finding)}
    if operation.patch is None:
        return {**sent, "answer": {"question": operation.question, "value": operation.answer}}
    return {
        **sent,
        "label": operation.label,
        "tool": operation.tool,
        "patch": base64.b64encode(operation.patch).decode(),
    }
