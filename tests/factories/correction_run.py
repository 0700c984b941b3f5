from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from annotations.enums import CorrectionDecisionValue, Label, RunState
from annotations.models import Annotation, CorrectionComponent, CorrectionRun
from ml import masks

from .annotation import make_annotation
from .mammogram import make_mammogram


def make_square(row: int, column: int, side: int = 4) -> NDArray[np.bool_]:
    """Make a mask of the default mammogram with one square in it."""
    mask = np.zeros((64, 48), dtype=bool)
    mask[row : row + side, column : column + side] = True
    return mask


def make_correction_run(
    annotation: Annotation | None = None, proposals: Mapping[str, NDArray[np.bool_]] | None = None
) -> CorrectionRun:
    """Make a run that has succeeded, with one component for each proposal ({"remove": boolean array}).

    Without an annotation, a submitted one whose BAC label is made of the proposals.
    """
    if proposals is None:
        proposals = {
            CorrectionDecisionValue.KEEP: make_square(4, 4, 12),
            CorrectionDecisionValue.REMOVE: make_square(40, 4),
            CorrectionDecisionValue.BORDERLINE: make_square(50, 30),
        }
    if annotation is None:
        label = np.logical_or.reduce(list(proposals.values()))
        mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
        annotation = make_annotation(mammogram, labels={Label.BAC: label}, submitted=True)
    run = CorrectionRun.objects.create(
        annotation=annotation,
        annotation_version=annotation.version,
        requested_by=annotation.reader,
        state=RunState.SUCCEEDED,
        mode="relative",
    )
    for number, (decision, pixels) in enumerate(proposals.items(), start=1):
        _make_component(run, number, decision, masks.from_dense(pixels))
    return run


def _make_component(run: CorrectionRun, number: int, decision: str, mask: masks.Runs) -> CorrectionComponent:
    return CorrectionComponent.objects.create(
        run=run,
        number=number,
        decision=decision,
        reason_text=f"reason {number}",
        mask=masks.encode(mask),
        box=[int(side) for side in masks.bounding_box(mask)],
        measures={"length_mm": 1.5 * number, "area_px": masks.area_px(mask)},
    )
