"""Rules of one operation of a branch that need no database."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from annotations.enums import OperationKind
from annotations.errors import BranchRefusedError


@dataclass(frozen=True, kw_only=True)
class BranchOperationDraft:
    """One act of a reader as it goes into a branch: what it means on any mask, not a patch of one."""

    id: UUID
    kind: str
    made_at: datetime
    label: str = ""
    tool: str = ""
    sets: bytes | None = None
    clears: bytes | None = None
    content: dict[str, object] = field(default_factory=dict)
    details: dict[str, object] = field(default_factory=dict)


def validate_branch_operation(draft: BranchOperationDraft) -> None:
    """Each kind of operation has its own parts, all of them, and none of another kind."""
    of_masks = {"label": draft.label, "tool": draft.tool, "sets": draft.sets, "clears": draft.clears}
    of_others = {"content": draft.content}
    is_mask = draft.kind == OperationKind.MASK
    needed, foreign = (of_masks, of_others) if is_mask else (of_others, of_masks)
    if not all(needed.values()) or any(foreign.values()):
        raise BranchRefusedError(
            f"Operation {draft.id} of kind {draft.kind} is not whole; it needs {', '.join(needed)}, and "
            "nothing of another kind.",
            code="operation_not_whole",
        )
