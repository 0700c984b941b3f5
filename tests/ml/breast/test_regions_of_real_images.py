"""Regions of real mammograms: points that were read off the pictures, and areas within a band.

R-CC and R-MLO of one exam are stored mirrored; none of the PNG files says which view it shows.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from ml.breast import find_regions
from ml.images import read_image

OUT, FULL, RIM, MUSCLE, BREAST = "background", "compressed", "periphery", "pectoral", "breast"
NAMES = {0: OUT, 1: FULL, 2: RIM, 3: MUSCLE}


@dataclass(frozen=True)
class Expected:
    """What a picture shows: (row, column) points by region, and shares of the image."""

    side: str
    breast_share: tuple[float, float]
    has_muscle: bool
    points: dict[str, list[tuple[int, int]]]


EXPECTED = {
    # A strip of the belly below the fold, and a bright fold across a muscle that is barely brighter than fat.
    "fo-dicom-mg/GH133.dcm": Expected(
        "right",
        (0.29, 0.325),
        has_muscle=True,
        points={
            OUT: [(1500, 700), (2793, 2353), (2444, 2374), (2444, 1746), (300, 1400)],
            FULL: [(1257, 1850), (785, 2182)],
            RIM: [(1501, 1204), (2165, 2095), (210, 1815)],
            MUSCLE: [(175, 2304), (700, 2350), (330, 2250)],
        },
    ),
    # White frame, a marker in the corner, and light that leaked in below the breast.
    "cbis-ddsm-bac-p00646/testImage.png": Expected(
        "right",
        (0.53, 0.58),
        has_muscle=False,
        points={
            OUT: [(53, 126), (10, 10), (1870, 700), (900, 1330), (1755, 1218), (321, 351), (1745, 672)],
            BREAST: [(1088, 875), (1101, 930), (1003, 1242), (193, 1208), (857, 158), (1670, 672)],
        },
    ),
    "nyu-birads/L-CC.png": Expected(
        "left",
        (0.48, 0.51),
        has_muscle=False,
        points={
            OUT: [(65, 1912), (889, 1630), (2500, 1200)],
            FULL: [(1186, 445), (2075, 60)],
            BREAST: [(1550, 1301), (2550, 296)],
        },
    ),
    "nyu-birads/L-MLO.png": Expected(
        "left",
        (0.61, 0.65),
        has_muscle=True,
        points={
            OUT: [(2146, 1343), (1186, 1779), (15, 1740)],
            FULL: [(296, 534), (1186, 296), (2300, 100)],
            MUSCLE: [(296, 178), (1186, 89), (296, 356)],
            BREAST: [(1927, 1364), (60, 900)],
        },
    ),
    "nyu-birads/R-CC.png": Expected(
        "left",
        (0.40, 0.44),
        has_muscle=False,
        points={OUT: [(133, 1838), (1186, 1482)], FULL: [(1186, 296), (2300, 200)], BREAST: [(1364, 1097)]},
    ),
    "nyu-birads/R-MLO.png": Expected(
        "left",
        (0.54, 0.575),
        has_muscle=True,
        points={
            OUT: [(2200, 1130), (133, 1805), (148, 1334)],
            FULL: [(889, 593), (460, 649), (2200, 300)],
            MUSCLE: [(296, 296), (889, 89), (30, 560)],
            BREAST: [(148, 1008), (1600, 1200)],
        },
    ),
    "nyu-metarepository/1_L_CC.png": Expected(
        "left",
        (0.225, 0.25),
        has_muscle=False,
        points={
            OUT: [(417, 1347), (1537, 1195), (2277, 1139), (3036, 380), (60, 10)],
            FULL: [(1518, 569)],
            BREAST: [(260, 11), (2751, 19), (1600, 1100)],
        },
    ),
    "nyu-metarepository/1_R_CC.png": Expected(
        "right",
        (0.19, 0.215),
        has_muscle=False,
        points={OUT: [(417, 1305), (759, 1708), (1803, 1455)], FULL: [(1708, 2140)], BREAST: [(650, 2535)]},
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_regions_are_those_that_the_picture_shows(shared_data, name):
    expected = EXPECTED[name]
    image = read_image(shared_data / name)

    regions = find_regions(image.pixels, image.acquisition)

    assert regions.chest_wall_side == expected.side
    assert expected.breast_share[0] < np.mean(regions.labels > 0) < expected.breast_share[1]
    assert (regions.polygon is not None) == expected.has_muscle
    seen = {
        region: [(NAMES[int(regions.labels[point])], point) for point in points]
        for region, points in expected.points.items()
    }
    for region, found in seen.items():
        for label, point in found:
            assert label == region or (region == BREAST and label in (FULL, RIM)), (point, label)


def test_view_with_all_its_facts_has_areas_and_no_warnings(shared_data):
    image = read_image(shared_data / "fo-dicom-mg/GH133.dcm")

    regions = find_regions(image.pixels, image.acquisition)

    assert regions.flags == ()
    assert regions.laterality == "R"
    # 0.0941 mm pixels: 181 to 186 cm2 without muscle, 198 to 203 with it.
    assert 18_100 < regions.breast_area_mm2() < 18_600
    assert 19_800 < regions.breast_area_mm2(include_pectoral=True) < 20_300


def test_edge_of_the_muscle_lies_where_it_is_seen(shared_data):
    """Read off a contrast-enhanced picture of the muscle of GH133: (row, column) of its edge."""
    seen = [(330, 2177), (600, 2243), (900, 2300), (1200, 2369)]
    image = read_image(shared_data / "fo-dicom-mg/GH133.dcm")

    labels = find_regions(image.pixels, image.acquisition).labels

    for row, column in seen:
        edge = int(np.flatnonzero(labels[row] == 3)[0])
        assert abs(edge - column) < 25


def test_picture_without_spacing_has_no_areas_in_millimetres(shared_data):
    image = read_image(shared_data / "nyu-birads/L-CC.png")

    regions = find_regions(image.pixels, image.acquisition)

    assert regions.breast_area_mm2() is None
    assert "pixel_spacing_unknown" in regions.flags
    assert regions.breast_area_px() == np.count_nonzero(regions.labels)


FOGGED = ["nyu-birads/L-MLO.png", "nyu-metarepository/1_R_CC.png", "cbis-ddsm-bac-p00646/testImage.png"]


@pytest.mark.parametrize("name", FOGGED)
def test_fog_and_light_in_a_corner_change_no_breast(shared_data, name):
    """Fog of 8 % of the largest value at the lower end; a glow of 30 % in the corner away from the wall."""
    image = read_image(shared_data / name)
    clear, largest = find_regions(image.pixels, image.acquisition), int(image.pixels.max())
    row, column = np.mgrid[: image.pixels.shape[0], : image.pixels.shape[1]]
    corner = image.pixels.shape[1] if clear.chest_wall_side == "left" else 0
    reach_px = 0.1 * len(image.pixels)
    glow = 0.3 * largest * np.exp(-(row**2 + (column - corner) ** 2) / (2 * reach_px**2))

    for light in (0.08 * largest * row / len(row), glow):
        pixels = np.clip(image.pixels + light, 0, largest).astype(np.uint16)
        found, truth = find_regions(pixels, image.acquisition).labels > 0, clear.labels > 0
        assert (found & truth).sum() / (found | truth).sum() > 0.985


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if expected.has_muscle])
def test_muscle_of_a_view_stored_upside_down_is_not_lost(shared_data, name):
    image = read_image(shared_data / name)
    upright = find_regions(image.pixels, image.acquisition).labels == 3

    turned = find_regions(np.ascontiguousarray(image.pixels[::-1]), image.acquisition)

    found = turned.labels[::-1] == 3
    assert "upside_down" in turned.flags
    assert (found & upright).sum() / (found | upright).sum() > 0.9
