"""The audit record of a correction: one row of plain JSON values per component."""

from datetime import datetime
from typing import Any

from ml.correction.report import ComponentProposal, CorrectionReport

RULE_NAMES = {"excess": "excess", "mean": "paper"}
MODE_NAMES = {"physical": "raw", "relative": "relative"}


def audit_rows(
    report: CorrectionReport,
    *,
    image_uid: str,
    created_at: datetime,
    annotation_version_in: str | None = None,
    annotation_version_out: str | None = None,
) -> list[dict[str, Any]]:
    """Write down what was measured on each component of a mask and what was decided.

    Parameters
    ----------
    report : CorrectionReport
        From `propose_removals`.
    image_uid : str
        Names the image.
    created_at : datetime
        When the correction ran, with its time zone.
    annotation_version_in, annotation_version_out : str, optional
        Name the mask and the corrected mask.

    Returns
    -------
    rows : list of dict
        In the order of the report; none for an empty mask. Every row has every field, None where it is not
        defined: thickness, beam and scatter in relative mode, `t_ring_um` without surroundings, `snr` without
        surroundings or where they do not vary at all, `frac_contact` where the compressed part of the breast
        is not known, the three fields of the review, which is still to come.

    Notes
    -----
    `bbox_px` is (first row, first column, row past the last, column past the last). `centroid_mm` is (row,
    column) from the corner of the image. `snr` is the excess over 1.4826 times the median absolute deviation
    of the surroundings, which estimates their standard deviation, or over half of what their mean absolute
    deviation gives, where that is more; in relative mode it is the contrast that decides. `t_min_um` is the
    limit of the rule that was used.
    """
    image = {
        "image_uid": image_uid,
        "annotation_version_in": annotation_version_in,
        "annotation_version_out": annotation_version_out,
    }
    run = {
        "algorithm_version": report.algorithm_version,
        "parameters_hash": report.parameters_sha256,
        "created_at": created_at.isoformat(),
        "reviewer": None,
        "review_decision": None,
        "review_note": None,
    }
    return [
        {
            **image,
            **_decision(component, report),
            **_measured(component),
            **_settings(report),
            "flags": list(dict.fromkeys([*component.flags, *report.flags])),
            **run,
        }
        for component in report.components
    ]


def _decision(component: ComponentProposal, report: CorrectionReport) -> dict[str, Any]:
    height_mm, width_mm = report.processing["pixel_spacing_mm"]
    row, column = component.centroid
    return {
        "component_id": component.component_id,
        "parent_component_id": component.parent_component_id,
        "decision": component.decision,
        "reason": component.reason or None,
        "bbox_px": [int(side) for side in component.box],
        "centroid_mm": [row * height_mm, column * width_mm],
    }


def _measured(component: ComponentProposal) -> dict[str, float | None]:
    measures = component.measures
    has_ring = measures["has_surroundings"]
    return {
        "area_mm2": measures["area_mm2"],
        "skeleton_px": measures["skeleton_px"],
        "length_kulpa_mm": measures["length_mm"],
        "length_endcap_mm": measures["length_endcap_mm"],
        "max_width_mm": measures["max_width_mm"],
        "t_mean_um": measures["thickness_um"],
        "t_p75_um": measures["thickness_p75_um"],
        "t_ring_um": measures["surroundings_um"] if has_ring else None,
        "t_excess_um": measures["excess_um"] if has_ring else None,
        "snr": measures["contrast_z"],
        "frac_contact": measures["contact_share"],
        "frac_near_skin": measures["near_skin_share"],
        "frac_saturated": measures["saturated_share"],
    }


def _settings(report: CorrectionReport) -> dict[str, Any]:
    parameters, is_physical = report.parameters, report.mode == "physical"
    rule = str(parameters["thickness_rule"])
    limit = {"excess": "minimum_excess_um", "mean": "minimum_mean_um"}[rule]
    return {
        "mu_calc_mm": report.processing["mu_calc_per_mm"],
        "spr": report.processing["scatter_to_primary_ratio"],
        "se_mm": parameters["element_mm"],
        "smooth_mm": parameters["smoothing_mm"],
        "L_min_mm": parameters["minimum_length_mm"],
        "t_min_um": parameters[limit] if is_physical else None,
        "rule": RULE_NAMES[rule] if is_physical else "contrast",
        "mode": MODE_NAMES[report.mode],
    }
