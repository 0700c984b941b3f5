import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from ml.correction import DEFAULT_PARAMETERS, PUBLISHED_PARAMETERS, audit_rows, propose_removals
from ml.masks import capsule, empty, union
from tests.factories.painted_image import (
    ALL,
    BRIGHT,
    DISPLAYED,
    RAW,
    SIZE,
    displayed_image,
    raw_image,
)

FIELDS = """
    image_uid annotation_version_in annotation_version_out component_id parent_component_id decision reason
    bbox_px centroid_mm area_mm2 skeleton_px length_kulpa_mm length_endcap_mm max_width_mm t_mean_um t_p75_um
    t_ring_um t_excess_um snr frac_contact frac_near_skin frac_saturated mu_calc_mm spr se_mm smooth_mm
    L_min_mm t_min_um rule mode flags algorithm_version parameters_hash created_at reviewer review_decision
    review_note
"""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def rows_of(report):
    return audit_rows(report, image_uid="1.2.3", created_at=NOON, annotation_version_in="a")


def test_rows_have_every_field_by_its_name_and_are_json():
    rows = rows_of(propose_removals(ALL, raw_image(noise=5), RAW))

    assert [list(row) for row in rows] == [FIELDS.split()] * 4
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


def test_row_repeats_what_was_measured_and_decided():
    report = propose_removals(ALL, raw_image(noise=5), RAW)

    line, faint, dot, speck = rows_of(report)

    assert (line["image_uid"], line["annotation_version_in"], line["annotation_version_out"]) == (
        "1.2.3",
        "a",
        None,
    )
    assert (line["decision"], line["reason"]) == ("keep", None)
    assert (faint["decision"], faint["reason"]) == ("remove", "insufficient_thickness")
    assert (dot["reason"], speck["reason"]) == ("too_short", "too_small")
    assert line["bbox_px"] == [95, 95, 105, 405]
    assert line["centroid_mm"] == pytest.approx([10.0, 25.0])
    assert line["length_endcap_mm"] == pytest.approx(31.0, abs=2)
    assert line["length_kulpa_mm"] < line["length_endcap_mm"] - 0.5
    assert line["t_excess_um"] == pytest.approx(line["t_mean_um"] - line["t_ring_um"])
    assert line["t_p75_um"] > line["t_mean_um"]
    assert line["snr"] > 5
    assert (line["mu_calc_mm"], line["spr"]) == pytest.approx((2.427, 0.5))
    assert (line["se_mm"], line["smooth_mm"], line["L_min_mm"], line["t_min_um"]) == (3.1, 0.1, 3.0, 20.0)
    assert (line["rule"], line["mode"]) == ("excess", "raw")
    assert line["parameters_hash"] == report.parameters_sha256
    assert line["created_at"] == "2026-03-01T12:00:00+00:00"
    assert [line[name] for name in ("reviewer", "review_decision", "review_note")] == [None] * 3


def test_published_rule_names_itself_and_its_limit():
    (row,) = rows_of(propose_removals(BRIGHT, raw_image(), RAW, parameters=PUBLISHED_PARAMETERS))

    assert (row["rule"], row["t_min_um"]) == ("paper", 40.0)


def test_displayed_image_has_no_thickness():
    line, *_ = rows_of(propose_removals(ALL, displayed_image(), DISPLAYED))

    absent = ["t_mean_um", "t_p75_um", "t_ring_um", "t_excess_um", "mu_calc_mm", "spr", "t_min_um"]
    assert [line[name] for name in absent] == [None] * 7
    assert (line["mode"], line["rule"]) == ("relative", "contrast")
    assert line["snr"] > 5


def test_flags_of_image_and_component_stand_once():
    (row,) = rows_of(propose_removals(BRIGHT, raw_image(), replace(RAW, anode="")))

    assert row["flags"] == ["beam_unknown", "breast_not_found"]


def test_branches_name_their_component():
    crossed = union(BRIGHT, capsule(*SIZE, (100.0, 250.0), (300.0, 270.0), 5.0))

    rows = rows_of(propose_removals(crossed, raw_image(), RAW))

    assert [(row["component_id"], row["parent_component_id"]) for row in rows] == [(1, 1), (2, 1), (3, 1)]


def test_nothing_around_leaves_ring_and_excess_undefined():
    full = union(BRIGHT, capsule(*SIZE, (0.0, 0.0), (499.0, 699.0), 1500.0))

    rows = rows_of(propose_removals(full, raw_image(), RAW, parameters=DEFAULT_PARAMETERS))

    assert all(row["t_ring_um"] is row["t_excess_um"] is row["snr"] is None for row in rows)
    assert np.isfinite([row["t_mean_um"] for row in rows]).all()


def test_empty_mask_has_no_rows():
    assert rows_of(propose_removals(empty(*SIZE), raw_image(), RAW)) == []
