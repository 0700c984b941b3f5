"""One phantom of the label-correction experiment: every rule on one label, held against the truth."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.correction import propose_removals
from ml.experiments.label_rules import RULES, Rule
from ml.masks import (
    Runs,
    area_px,
    empty,
    from_dense,
    intersection_area_px,
    is_within,
    pixel_positions,
    skeleton,
    union,
)
from ml.metrics import DEFAULT_TOLERANCE_MM, Comparison, compare_masks
from ml.phantom import Phantom, TruthClass, expert_mask, make_phantom, third_party_mask

FIELD_MM = (110.0, 90.0)
WITHOUT_BAC_EVERY = 8
UM_PER_MM = 1000.0
LEAST_SHARE_NEAR = 0.5
# What a piece of a label may lie on; the first of those that half of its centre line is near to.
KINDS = {
    "BAC": TruthClass.BAC,
    "microcalcification": TruthClass.CLUSTER,
    "scar": TruthClass.SCAR,
    "vessel without calcium": TruthClass.VESSEL,
    "edge of dense tissue": TruthClass.EDGE,
    "strand": TruthClass.STRAND,
}
OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class CaseRequest:
    """Which phantom to make.

    Attributes
    ----------
    index : int
        From 0; decides on view, side, grid and whether there is BAC.
    seed : int
        Of the phantom and of its annotator.
    pixel_spacing_mm : float
        Size of a pixel.
    level : float
        How often the annotator errs, 1 as published.
    """

    index: int
    seed: int
    pixel_spacing_mm: float
    level: float = 1.0

    @property
    def has_bac(self) -> bool:
        """One phantom in eight has none, a different place in each eight."""
        return self.index % WITHOUT_BAC_EVERY != self.index // WITHOUT_BAC_EVERY % WITHOUT_BAC_EVERY

    @property
    def has_grid(self) -> bool:
        """Two in four."""
        return self.index % 4 < 2

    def make(self) -> Phantom:
        """Draw it.

        Returns
        -------
        phantom : Phantom
            Of 110 x 90 mm.
        """
        rows, columns = (round(side / self.pixel_spacing_mm) for side in FIELD_MM)
        return make_phantom(
            self.seed,
            rows=rows,
            columns=columns,
            pixel_spacing_mm=self.pixel_spacing_mm,
            view_position="MLO" if self.index % 2 else "CC",
            image_laterality="R" if self.index % 8 > 3 else "L",
            has_bac=self.has_bac,
            has_grid=self.has_grid,
        )


@dataclass(frozen=True, kw_only=True)
class LabelPiece:
    """A branch of the third party's label, as the truth knows it.

    Attributes
    ----------
    kind : str
        What it lies on: one of `KINDS` or "other".
    area_px : int
        Its area.
    true_mean_um : float
        Mean thickness of mineral in artery walls under it.
    kept_px : dict of str to int
        How much of it each rule keeps.
    """

    kind: str
    area_px: int
    true_mean_um: float
    kept_px: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """What came out on one phantom.

    Attributes
    ----------
    request : CaseRequest
        Which one.
    against_expert : dict of str to Comparison
        By rule: the corrected label as candidate, the expert's as reference.
    modes : dict of str to str
        By rule: whether thickness ("physical") or contrast ("relative") decided.
    pieces : tuple of LabelPiece
        Together the label.
    """

    request: CaseRequest
    against_expert: Mapping[str, Comparison]
    modes: Mapping[str, str]
    pieces: tuple[LabelPiece, ...]


def run_case(request: CaseRequest) -> CaseResult:
    """Correct one label by every rule.

    Parameters
    ----------
    request : CaseRequest
        Which phantom.

    Returns
    -------
    result : CaseResult
        Depends on the request alone.
    """
    phantom = request.make()
    label = from_dense(third_party_mask(phantom, request.seed, level=request.level))
    expert = from_dense(expert_mask(phantom))
    corrected, modes = {}, {}
    for rule in RULES:
        corrected[rule.name], modes[rule.name] = _correct(label, expert, phantom, rule)
    spacing_mm = (request.pixel_spacing_mm, request.pixel_spacing_mm)
    return CaseResult(
        request=request,
        against_expert={
            name: compare_masks(expert, mask, pixel_spacing_mm=spacing_mm) for name, mask in corrected.items()
        },
        modes=modes,
        pieces=_pieces(label, phantom, corrected),
    )


def _correct(label: Runs, expert: Runs, phantom: Phantom, rule: Rule) -> tuple[Runs, str]:
    if rule.is_ceiling:
        return _borne_out(label, expert, phantom), ""
    if rule.parameters is None:
        return label, ""
    pixels, acquisition = phantom.raw, phantom.acquisition
    if rule.is_displayed:
        pixels, acquisition = phantom.presentation, phantom.presentation_acquisition
    report = propose_removals(label, pixels, acquisition, parameters=rule.parameters)
    return report.corrected, report.mode


def _branches(label: Runs, phantom: Phantom) -> list[Runs]:
    report = propose_removals(label, phantom.raw, phantom.acquisition)
    return [component.runs for component in report.components]


def _borne_out(label: Runs, expert: Runs, phantom: Phantom) -> Runs:
    """Leave the branches that lie on the expert's label."""
    line = skeleton(expert)
    left = empty(label.rows, label.columns)
    for branch in _branches(label, phantom):
        if _lies_on(branch, line, phantom.pixel_spacing_mm):
            left = union(left, branch)
    return left


def _pieces(label: Runs, phantom: Phantom, corrected: Mapping[str, Runs]) -> tuple[LabelPiece, ...]:
    """Take the label apart at its junctions, and say of each branch what it is and what is left of it."""
    there = {kind: np.argwhere(phantom.classes == value).astype(np.int32) for kind, value in KINDS.items()}
    thickness = phantom.bac_thickness_mm.ravel()
    return tuple(
        LabelPiece(
            kind=_kind(branch, there, phantom.pixel_spacing_mm),
            area_px=area_px(branch),
            true_mean_um=UM_PER_MM * float(thickness[pixel_positions(branch)].mean()),
            kept_px={name: intersection_area_px(branch, mask) for name, mask in corrected.items()},
        )
        for branch in _branches(label, phantom)
    )


def _kind(piece: Runs, there: Mapping[str, NDArray[np.int32]], pixel_spacing_mm: float) -> str:
    on = (kind for kind, pixels in there.items() if _lies_on(piece, pixels, pixel_spacing_mm))
    return next(on, OTHER)


def _lies_on(piece: Runs, pixels: NDArray[np.int32], pixel_spacing_mm: float) -> bool:
    spacing_mm = (pixel_spacing_mm, pixel_spacing_mm)
    is_near = is_within(skeleton(piece), pixels, reach_mm=DEFAULT_TOLERANCE_MM, pixel_spacing_mm=spacing_mm)
    return bool(is_near.mean() >= LEAST_SHARE_NEAR)
