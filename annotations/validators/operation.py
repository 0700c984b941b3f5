"""Rules of one operation that need no database: what the browser may send."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from annotations.enums import OperationKind
from annotations.errors import OperationRefusedError

MAXIMUM_OPERATIONS = 200
MAXIMUM_PATCH_BYTES = 1_000_000
MAXIMUM_DETAILS_BYTES = 4_000
LAST_SECOND = datetime(9999, 12, 31, tzinfo=UTC).timestamp()  # an id has room for more than a date


@dataclass(frozen=True, kw_only=True)
class OperationDraft:
    """One act of a reader as she sent it, well formed, not yet stored."""

    id: UUID
    kind: str
    made_at: datetime
    label: str = ""
    tool: str = ""
    patch: bytes | None = None
    question: str = ""
    answer: str = ""
    finding: dict[str, object] | None = None
    details: dict[str, object] = field(default_factory=dict)


def validate_operation_count(operations: list[object]) -> None:
    if len(operations) > MAXIMUM_OPERATIONS:
        raise OperationRefusedError(
            f"{len(operations)} operations came at once; at most {MAXIMUM_OPERATIONS} are taken. Send the "
            "rest in a second request.",
            code="too_many_operations",
        )


def read_patch(text: str) -> bytes:
    """Read a patch from base64, within the size that one stroke may have."""
    try:
        patch = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise OperationRefusedError("A patch is not base64.", code="patch_not_base64") from error
    if len(patch) > MAXIMUM_PATCH_BYTES:
        raise OperationRefusedError(
            f"A patch has {len(patch)} bytes; at most {MAXIMUM_PATCH_BYTES} are taken.",
            code="patch_too_large",
        )
    return patch


def made_at_of(operation_id: UUID) -> datetime:
    """Read the time from a UUID version 7 (RFC 9562, 5.7): milliseconds since 1970 in its first 48 bits."""
    seconds = (operation_id.int >> 80) / 1000
    if operation_id.version != 7 or seconds > LAST_SECOND:
        raise OperationRefusedError(
            f"Operation {operation_id} has no made_at, and its id is no UUIDv7 that would tell the time. "
            "Send made_at with it.",
            code="made_at_missing",
        )
    return datetime.fromtimestamp(seconds, tz=UTC)


def validate_details(details: dict[str, object]) -> None:
    """Refuse what PostgreSQL cannot keep as JSON (NUL, half surrogates, infinite numbers) or is too long."""
    try:
        text = json.dumps(details, allow_nan=False, ensure_ascii=False)
        length_bytes = len(text.encode())
    except (ValueError, RecursionError) as error:
        raise OperationRefusedError(
            "The details of an operation are not plain JSON; leave out infinite numbers and half characters.",
            code="details_not_json",
        ) from error
    # Without the escaped backslashes, what is left of a typed \\u0000 is harmless, and of a NUL is not.
    if "\\u0000" in text.replace("\\\\", ""):
        raise OperationRefusedError(
            "The details of an operation contain a NUL character; leave it out.", code="details_not_json"
        )
    if length_bytes > MAXIMUM_DETAILS_BYTES:
        raise OperationRefusedError(
            f"The details of an operation have {length_bytes} bytes; at most {MAXIMUM_DETAILS_BYTES} fit.",
            code="details_too_large",
        )


def validate_is_complete(draft: OperationDraft) -> None:
    """Each kind of operation has its own parts, all of them, and none of another kind."""
    parts: dict[str, dict[str, object]] = {
        OperationKind.MASK: {"label": draft.label, "tool": draft.tool, "patch": draft.patch},
        OperationKind.ANSWER: {"question": draft.question, "value": draft.answer},
        OperationKind.FINDING: {"finding": draft.finding},
    }
    needed = parts.pop(draft.kind)
    if not all(needed.values()) or any(part for foreign in parts.values() for part in foreign.values()):
        raise OperationRefusedError(
            f"Operation {draft.id} of kind {draft.kind} is not whole; it needs {', '.join(needed)}, and "
            "nothing of another kind.",
            code="operation_not_whole",
        )
