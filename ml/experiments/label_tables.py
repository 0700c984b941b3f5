"""The tables of the label-correction experiment."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.experiments.label_case import KINDS, OTHER, CaseResult, LabelPiece
from ml.experiments.label_rules import RULES, UNCORRECTED
from ml.metrics import Comparison, pool_comparisons
from ml.metrics.resampling import LEAST_PATIENTS, bootstrap_by_patient

THICKNESS_BANDS_UM = ((0.0, 30.0), (30.0, 60.0), (60.0, 100.0), (100.0, float("inf")))
Row = dict[str, Any]


def agreement_rows(results: Sequence[CaseResult]) -> list[Row]:
    """Compare the labels that each rule leaves with the expert's.

    Parameters
    ----------
    results : sequence of CaseResult
        One per phantom; may be empty.

    Returns
    -------
    rows : list of dict
        One per rule. Means are over images where either mask has pixels, pooled numbers over all pixels;
        `pooled_dice_gain_95` is the interval, over phantoms, of the gain over the labels as they were
        (None for these and for a single phantom);
        None where nothing is defined. An image counts as `better` if its Dice is higher than before the
        correction; two empty masks count as 1 here. `n_empty` images were left empty by the rule,
        `n_both_empty` of them by the expert too.
    """
    return [_agreement(rule.name, results) for rule in RULES]


def removal_rows(results: Sequence[CaseResult]) -> list[Row]:
    """Say of what lies under the third party's labels how much each rule keeps.

    Parameters
    ----------
    results : sequence of CaseResult
        One per phantom; may be empty.

    Returns
    -------
    rows : list of dict
        One per rule and kind: number and area (px) of the pieces, and `kept_share` of the area, None without
        pieces.
    """
    pieces = [piece for result in results for piece in result.pieces]
    return [
        {"rule": rule.name, "kind": kind, **_kept([p for p in pieces if p.kind == kind], rule.name)}
        for rule in RULES
        for kind in (*KINDS, OTHER)
    ]


def faint_rows(results: Sequence[CaseResult]) -> list[Row]:
    """Say how much true BAC each rule keeps, by how thick it is.

    Parameters
    ----------
    results : sequence of CaseResult
        One per phantom; may be empty.

    Returns
    -------
    rows : list of dict
        One per rule and band of the true mean thickness under a piece, `to_um` None for the last.
    """
    bac = [piece for result in results for piece in result.pieces if piece.kind == "BAC"]
    return [
        {
            "rule": rule.name,
            "from_um": low,
            "to_um": None if high == float("inf") else high,
            **_kept([piece for piece in bac if low <= piece.true_mean_um < high], rule.name),
        }
        for rule in RULES
        for low, high in THICKNESS_BANDS_UM
    ]


def _agreement(name: str, results: Sequence[CaseResult]) -> Row:
    comparisons = [result.against_expert[name] for result in results]
    measures = pool_comparisons(comparisons).measures
    changes = [
        _dice(one) - _dice(result.against_expert[UNCORRECTED])
        for one, result in zip(comparisons, results, strict=True)
    ]
    return {
        "rule": name,
        "mean_dice": measures["dice"].mean,
        "mean_dice_l": measures["dice_l_sym"].mean,
        "pooled_dice": measures["dice"].pooled,
        "pooled_dice_gain_95": _gain_interval(name, results),
        "precision": measures["precision"].pooled,
        "recall": measures["recall"].pooled,
        "better": sum(change > 0 for change in changes),
        "worse": sum(change < 0 for change in changes),
        "same": sum(change == 0 for change in changes),
        "n_images": len(comparisons),
        "n_empty": sum(one.area_candidate_px == 0 for one in comparisons),
        "n_both_empty": measures["dice"].n_both_empty,
    }


def _gain_interval(name: str, results: Sequence[CaseResult]) -> tuple[float, float] | None:
    """Return the 95 % interval of the gain in pooled Dice over uncorrected labels, by drawing phantoms."""
    if name == UNCORRECTED or len(results) < LEAST_PATIENTS:
        return None
    before, after = (_doubled_and_whole(rule, results) for rule in (UNCORRECTED, name))

    def gain(drawn: NDArray[np.intp]) -> float | None:
        doubled = [pixels[drawn].sum(axis=0) for pixels in (before, after)]
        if min(whole for _, whole in doubled) == 0:
            return None
        (shared_before, whole_before), (shared_after, whole_after) = doubled
        return float(shared_after / whole_after - shared_before / whole_before)

    return bootstrap_by_patient(gain, [str(result.request.seed) for result in results]).interval


def _doubled_and_whole(name: str, results: Sequence[CaseResult]) -> NDArray[np.int64]:
    """Return numerator and denominator of the Dice of each image, shape (n, 2)."""
    comparisons = [result.against_expert[name] for result in results]
    return np.array(
        [(2 * one.true_positives_px, one.area_reference_px + one.area_candidate_px) for one in comparisons],
        dtype=np.int64,
    )


def _dice(comparison: Comparison) -> float:
    return 1.0 if comparison.dice is None else comparison.dice


def _kept(pieces: Sequence[LabelPiece], rule: str) -> Row:
    area = sum(piece.area_px for piece in pieces)
    kept = sum(piece.kept_px[rule] for piece in pieces)
    return {"pieces": len(pieces), "area_px": area, "kept_share": kept / area if area else None}
