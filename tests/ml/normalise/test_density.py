"""The density map of a drawn breast of fat with a dense lump, exposed by the formula that the map inverts."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from scipy import ndimage

from ml.breast import COMPRESSED, PERIPHERY, find_regions
from ml.errors import NormalisationRefusedError, PixelSpacingMissingError
from ml.normalise import density_map_mm
from ml.phantom import make_exam
from ml.phantom.view import draw_view, layers_of
from ml.physics import beam_of
from ml.types import Acquisition

ROWS, COLUMNS, PIXEL_MM, THICKNESS_MM = 600, 420, 0.3, 50.0
ROW, COLUMN = np.mgrid[:ROWS, :COLUMNS]
BREAST = ((ROW - 300) / 270) ** 2 + (COLUMN / 330) ** 2 < 1
LUMP = (ROW - 300) ** 2 + (COLUMN - 100) ** 2 < 40**2
RIM_LUMP = (ROW - 300) ** 2 + (COLUMN - 290) ** 2 < 12**2
FACTS = Acquisition(
    bits_stored=16,
    presentation_intent="FOR PROCESSING",
    pixel_intensity_relationship="LIN",
    pixel_intensity_relationship_sign=1,
    pixel_spacing_mm=(PIXEL_MM, PIXEL_MM),
    anode="TUNGSTEN",
    filter_material="RHODIUM",
    kvp=28.0,
    body_part_thickness_mm=THICKNESS_MM,
    grid="NONE",
)
# Attenuation of this beam behind 50 mm, from spectra and cross-sections: dense tissue over fat, and fat.
DIFFERENCE_PER_MM, FAT_PER_MM = 0.0248, 0.0502


def exposed(dense_mm):
    """Return a raw image of a breast whose rim is a half circle; scatter lowers every contrast."""
    half_mm = THICKNESS_MM / 2
    padded = np.pad(BREAST, ((0, 0), (400, 0)), mode="edge")
    distance_mm = ndimage.distance_transform_edt(padded)[:, 400:] * PIXEL_MM
    rim_mm = half_mm - np.minimum(distance_mm, half_mm)
    missing_mm = THICKNESS_MM - 2 * np.sqrt(np.maximum(half_mm**2 - rim_mm**2, 0))
    contrast = DIFFERENCE_PER_MM * dense_mm - FAT_PER_MM * missing_mm
    scatter = 1 + beam_of(FACTS).scatter_to_primary_ratio
    energy = np.where(BREAST, 3000 * np.exp(-contrast / scatter), 60_000)
    return np.rint(np.minimum(energy, 60_000)).astype(np.uint16)


def test_dense_tissue_is_measured_in_millimetres():
    density = density_map_mm(exposed(12.0 * LUMP), FACTS)

    assert np.median(density.values_mm[LUMP]) == pytest.approx(12.0, rel=0.03)
    assert np.median(density.values_mm[BREAST & ~LUMP]) == pytest.approx(0.0, abs=0.3)
    assert density.values_mm.dtype == np.float32
    assert not density.values_mm[find_regions(exposed(12.0 * LUMP), FACTS).labels == 0].any()


def test_missing_tissue_of_the_periphery_is_replaced_by_fat():
    pixels = exposed(6.0 * RIM_LUMP)
    labels = find_regions(pixels, FACTS).labels
    is_deep_rim = (labels == PERIPHERY) & (ndimage.distance_transform_edt(labels > 0) * PIXEL_MM > 4)

    values_mm = density_map_mm(pixels, FACTS).values_mm

    assert np.median(values_mm[is_deep_rim & ~RIM_LUMP]) == pytest.approx(0.0, abs=1.0)
    assert np.median(values_mm[is_deep_rim & RIM_LUMP]) == pytest.approx(6.0, abs=1.5)


def test_published_worked_example():
    """An exposure of 0.6 of that behind fat, with 0.047 per mm between tissues, is 10.8686 mm."""
    density = density_map_mm(exposed(0.0 * LUMP), FACTS)
    record = density.record
    difference = record["mu_dense_per_mm"] - record["mu_fat_per_mm"]
    scatter = 1 + record["scatter_to_primary_ratio"]
    dense_mm = -np.log(0.6) / 0.047

    darker = exposed(LUMP * dense_mm * 0.047 / DIFFERENCE_PER_MM * scatter)

    assert dense_mm == pytest.approx(10.8686, abs=1e-4)
    found_mm = float(np.median(density_map_mm(darker, FACTS).values_mm[LUMP]))
    assert found_mm * difference / scatter / 0.047 == pytest.approx(10.8686, rel=0.01)


def test_map_stays_between_5_mm_too_little_and_the_whole_breast():
    values_mm = density_map_mm(exposed(400.0 * LUMP), FACTS).values_mm

    assert values_mm.max() == THICKNESS_MM
    assert values_mm.min() >= -5
    assert np.isfinite(values_mm).all()


def test_breast_too_even_to_show_fat_is_flagged():
    even = density_map_mm(exposed(np.full(BREAST.shape, 20.0)), FACTS)
    varied = density_map_mm(exposed(20.0 * (COLUMN < 120)), FACTS)

    assert even.flags == ("fat_reference_uncertain",)
    assert varied.flags == ()
    # Without fat to compare with, the map cannot know how dense the breast is.
    assert np.median(even.values_mm[LUMP]) < 1


def test_calcification_is_no_reference_for_fat():
    pixels = exposed(np.full(BREAST.shape, 10.0))
    hole = (ROW - 200) ** 2 + (COLUMN - 80) ** 2 < 60**2
    pixels[hole] += 600

    assert density_map_mm(pixels, FACTS).record["fat_exposure"] > 3000
    assert density_map_mm(pixels, FACTS, without=hole).record["fat_exposure"] < 2560


def test_maps_follow_the_density_of_synthetic_breasts():
    sparse, dense = (
        make_exam(seed, views=("LCC",), rows=1000, columns=800, pixel_spacing_mm=0.3)[0] for seed in (1, 2)
    )
    means = []
    for phantom in (sparse, dense):
        regions = find_regions(phantom.raw, phantom.acquisition)
        values_mm = density_map_mm(phantom.raw, phantom.acquisition, regions=regions).values_mm
        means.append(values_mm[regions.labels == COMPRESSED].mean())

    assert dense.density > 4 * sparse.density
    assert means[1] > 3 * means[0]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_map_rises_with_the_true_dense_tissue_behind_each_place(seed):
    """In 3 mm of breast; what the map lacks everywhere is the gland behind the place taken for fat."""
    phantom = make_exam(seed, views=("LCC",), rows=1000, columns=800, pixel_spacing_mm=0.3)[0]
    regions = find_regions(phantom.raw, phantom.acquisition)
    measured_mm = density_map_mm(phantom.raw, phantom.acquisition, regions=regions).values_mm
    true_mm = layers_of(draw_view(phantom.recipe))["glandular"].astype(np.float32)

    inside = regions.labels == COMPRESSED
    truth, found = (cv2.blur(image, (11, 11))[inside] for image in (true_mm, measured_mm))
    assert np.corrcoef(truth, found)[0, 1] > 0.8
    assert 0.65 < np.polyfit(truth, found, 1)[0] < 1.05
    assert found.mean() < truth.mean()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"presentation_intent": "FOR PRESENTATION"}, "not_raw"),
        ({"presentation_intent": ""}, "not_raw"),
        ({"is_lossy": True}, "not_raw"),
        ({"anode": "GOLD"}, "beam_unknown"),
        ({"body_part_thickness_mm": None}, "body_part_thickness_unknown"),
        ({"body_part_thickness_mm": 170.0}, "no_contact_area"),
    ],
)
def test_images_without_the_facts_are_refused_by_name(facts, code):
    with pytest.raises(NormalisationRefusedError) as refusal:
        density_map_mm(exposed(12.0 * LUMP), replace(FACTS, **facts))

    assert refusal.value.code == code


def test_image_without_spacing_or_breast_is_refused_by_name():
    with pytest.raises(PixelSpacingMissingError):
        density_map_mm(exposed(12.0 * LUMP), replace(FACTS, pixel_spacing_mm=None))
    with pytest.raises(NormalisationRefusedError) as refusal:
        density_map_mm(np.full((300, 200), 9000, dtype=np.uint16), FACTS)
    assert refusal.value.code == "breast_not_found"
