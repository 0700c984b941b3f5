"""The label-correction algorithm on stored images and stored masks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from annotations.errors import InvalidError
from annotations.ml_gateway.acquisition import acquisition_of
from annotations.models import Mammogram
from ml import masks
from ml.correction import ComponentProposal, propose_removals
from ml.errors import CorrectionCancelledError, MlError
from ml.images import read_clean_png


@dataclass(frozen=True, kw_only=True)
class ProposedComponent:
    """One piece of a label: what it measures, and what the algorithm would do with it and why."""

    number: int
    parent_number: int | None
    decision: str
    reason: str
    reason_text: str
    mask: bytes
    box: list[int]
    measures: dict[str, float | int | None]
    flags: list[str]


@dataclass(frozen=True, kw_only=True)
class ProposedCorrection:
    """All pieces of a label, and how the image was read to judge them."""

    components: list[ProposedComponent]
    mode: str
    algorithm_version: str
    parameters: Mapping[str, Any]
    parameters_sha256: str
    summary: dict[str, Any]


def propose_correction(
    content: bytes,
    mammogram: Mammogram,
    *,
    mask: bytes,
    report_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> ProposedCorrection | None:
    """Judge every piece of a mask by the image under it; None where `should_stop` said so.

    The algorithm only removes, it never adds.
    """
    try:
        report = propose_removals(
            masks.decode(mask),
            read_clean_png(content),
            acquisition_of(mammogram),
            on_progress=report_progress,
            should_cancel=should_stop,
        )
    except CorrectionCancelledError:
        return None
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
    return ProposedCorrection(
        components=[_to_component(proposal) for proposal in report.components],
        mode=report.mode,
        algorithm_version=report.algorithm_version,
        parameters=report.parameters,
        parameters_sha256=report.parameters_sha256,
        summary={**report.summary, "flags": list(report.flags), "processing": dict(report.processing)},
    )


def _to_component(proposal: ComponentProposal) -> ProposedComponent:
    return ProposedComponent(
        number=proposal.component_id,
        parent_number=proposal.parent_component_id,
        decision=proposal.decision,
        reason=proposal.reason,
        reason_text=proposal.reason_text,
        mask=masks.encode_compact(proposal.runs),
        box=[int(side) for side in proposal.box],
        measures=dict(proposal.measures),
        flags=list(proposal.flags),
    )
