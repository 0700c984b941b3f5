"""Regions of synthetic exams, whose breast and muscle are known; limits lie just below what was measured."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ml.breast import COMPRESSED, PECTORAL, find_regions
from ml.phantom import TruthClass, make_exam

SPACING_MM = 0.25
EXAMS = range(4)


@pytest.fixture(scope="module")
def phantoms():
    sizes = {"rows": 1200, "columns": 960, "pixel_spacing_mm": SPACING_MM}
    return [phantom for seed in EXAMS for phantom in make_exam(seed, **sizes)]


def overlap(found, truth):
    return (found & truth).sum() / (found | truth).sum()


def muscle_of(phantom):
    """Fill what lies over the muscle in the class map."""
    muscle = (phantom.classes == TruthClass.PECTORAL).astype(np.uint8)
    return cv2.morphologyEx(muscle, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8)) > 0


def test_breast_of_raw_images_is_found(phantoms):
    regions = [find_regions(phantom.raw, phantom.acquisition) for phantom in phantoms]

    overlaps = [
        overlap(found.labels > 0, truth.breast) for found, truth in zip(regions, phantoms, strict=True)
    ]
    assert min(overlaps) > 0.98
    assert np.median(overlaps) > 0.99
    assert all(
        found.chest_wall_side == {"L": "left", "R": "right"}[truth.acquisition.image_laterality]
        for found, truth in zip(regions, phantoms, strict=True)
    )
    assert not any(found.flags for found in regions)


def test_breast_of_processed_images_is_found(phantoms):
    overlaps = [
        overlap(
            find_regions(phantom.presentation, phantom.presentation_acquisition).labels > 0, phantom.breast
        )
        for phantom in phantoms
    ]

    # The processing of very dense breasts blackens their rim.
    assert min(overlaps) > 0.88
    assert np.median(overlaps) > 0.99


def test_muscle_is_found_in_oblique_views_and_nowhere_else(phantoms):
    overlaps = []
    for phantom in phantoms:
        is_oblique = phantom.acquisition.view_position == "MLO"
        for pixels, facts in (
            (phantom.raw, phantom.acquisition),
            (phantom.presentation, phantom.presentation_acquisition),
        ):
            if is_oblique:
                labels = find_regions(pixels, facts).labels
                overlaps.append(overlap(labels == PECTORAL, muscle_of(phantom)))
            else:
                assert find_regions(pixels, replace(facts, view_position="")).polygon is None

    assert len(overlaps) == 4 * len(EXAMS)
    assert min(overlaps) > 0.88
    assert np.median(overlaps) > 0.93


def test_compressed_part_of_raw_images_needs_no_thickness_in_the_header(phantoms):
    overlaps = []
    for phantom in phantoms:
        if phantom.acquisition.view_position == "CC":
            known = find_regions(phantom.raw, phantom.acquisition).labels == COMPRESSED
            facts = replace(phantom.acquisition, body_part_thickness_mm=None)
            overlaps.append(overlap(find_regions(phantom.raw, facts).labels == COMPRESSED, known))

    assert min(overlaps) > 0.55
    assert np.mean(overlaps) > 0.85
