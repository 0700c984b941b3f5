from dataclasses import replace

import numpy as np
import pytest

from ml.phantom import TruthClass, make_exam, make_phantom
from ml.phantom.anatomy import AnatomyRecipe, random_anatomy
from ml.phantom.breast_size import BreastSize
from ml.phantom.calcifications import Calcifications, Rim, Rod, Speck, random_calcifications
from ml.phantom.fibres import random_fibres
from ml.phantom.objects import draw_objects
from ml.phantom.pose import Pose, random_pose
from ml.phantom.view import ViewRecipe, draw_view, layers_of

SIZE = BreastSize(depth_mm=80.0, radius_mm=85.0)


def pose(view="CC", seed=1):
    return random_pose(
        SIZE, view, np.random.default_rng(seed), centre_row=500, thickness_mm=50, pixel_spacing_mm=0.2
    )


def test_cc_sees_the_side_and_mlo_the_upper_outer_corner_above():
    outer, upper = np.array([[40.0, 50.0, 0.0]]), np.array([[40.0, 0.0, 50.0]])

    assert pose().seen(outer)[0, 0] < 320
    assert pose().seen(upper)[0, 0] == pytest.approx(500, abs=40)
    assert pose("MLO").seen(outer)[0, 0] == pytest.approx(pose("MLO").seen(upper)[0, 0], abs=40)
    assert pose("MLO").seen(upper)[0, 0] < 400


def test_lengths_across_the_ray_stay_and_those_along_it_shrink_to_the_thickness():
    along_x = np.array([[0.0, 0.0, 0.0], [10.0, 0.0, 0.0]])

    seen = pose().seen(along_x)
    assert np.hypot(*(seen[1] - seen[0])) * 0.2 == pytest.approx(10, rel=0.05)
    heights = pose().matrix[2] @ np.array([[0, 0, 85.0], [0, 0, -85.0]]).T
    assert heights[0] - heights[1] == pytest.approx(50, rel=0.01)


def test_tilted_tube_moves_what_lies_high_and_leaves_what_lies_half_way():
    middle, high = np.array([[40.0, 0.0, 0.0]]), np.array([[40.0, 0.0, 40.0]])
    straight, tilted = pose(), pose().tilted(np.radians(12.5))

    assert tilted.seen(middle) == pytest.approx(straight.seen(middle))
    # 40 of 85 mm up is 11.8 mm above half-way; times the tangent, over the pixel.
    moved = (tilted.seen(high) - straight.seen(high))[0]
    assert moved == pytest.approx([11.76 * np.tan(np.radians(12.5)) / 0.2, 0], rel=0.01)


@pytest.fixture(scope="module")
def anatomy():
    return random_anatomy(
        AnatomyRecipe(seed=3, side=0, field_mm=(200, 160), has_bac=True, severity=0.5, clusters=2)
    )


@pytest.mark.parametrize("spacing_mm", [0.05, 0.1, 0.4])
def test_drawn_mineral_is_that_of_the_anatomy(anatomy, spacing_mm):
    shape = (round(200 / spacing_mm), round(160 / spacing_mm))
    flat = Pose(
        np.array([[0, -1 / spacing_mm, 0], [1 / spacing_mm, 0, 0], [0, 0, 0.3]]),
        shape[0] / 2,
        0.0,
        50.0,
        spacing_mm,
    )

    drawn = draw_objects(anatomy, flat, shape, np.random.default_rng(1))

    walls = 0.0
    for vessel, plaque in zip(anatomy.vessels, anatomy.plaques, strict=True):
        area = np.pi * (vessel.radius_mm**2 - (vessel.radius_mm - vessel.wall_mm) ** 2)
        steps = np.linalg.norm(np.diff(vessel.points_mm, axis=0), axis=1)
        walls += float((area * plaque.share)[:-1] @ steps)
    specks = sum(
        0.5 * np.pi / 6 * speck.diameter_mm**3 * speck.elongation for speck in anatomy.calcifications.specks
    )
    assert drawn.bac_mm.sum(dtype=float) * spacing_mm**2 == pytest.approx(walls, rel=1e-3)
    others = (drawn.apatite_mm + drawn.oxalate_mm).sum(dtype=float) * spacing_mm**2
    assert others == pytest.approx(specks, rel=1e-3)


def test_layers_fill_the_breast_and_nothing_else():
    recipe = ViewRecipe(
        breast=AnatomyRecipe(seed=3, side=0, field_mm=(200, 160), has_bac=True, severity=0.5, clusters=2),
        shape=(500, 400),
        pixel_spacing_mm=0.4,
        view_position="MLO",
        image_laterality="L",
        has_grid=True,
    )
    drawn = draw_view(recipe)

    layers = layers_of(drawn)

    total = sum(layers.values())
    metal, inside = drawn.markers.metal, drawn.outline.inside
    assert min(layer.min() for layer in layers.values()) >= 0
    assert not total[~inside & ~metal].any()
    # Mineral may stand where there would be fat, never much beyond the paddle.
    plain = inside & ~metal
    assert np.abs(total - drawn.outline.path_mm)[plain].max() < 3
    assert np.abs(total - drawn.outline.path_mm)[plain].mean() < 0.01


def test_gland_has_the_density_that_is_asked_for():
    ratios = []
    for seed in range(5):
        recipe = ViewRecipe(
            breast=AnatomyRecipe(
                seed=seed, side=0, field_mm=(200, 160), has_bac=False, severity=None, clusters=0
            ),
            shape=(250, 200),
            pixel_spacing_mm=0.8,
            view_position="CC",
            image_laterality="L",
            has_grid=True,
        )
        drawn = draw_view(recipe)
        share = drawn.dense_mm[drawn.outline.inside].sum() / drawn.outline.path_mm.sum()
        ratios.append(share / drawn.anatomy.density)

    # Sheets and lobules come on top of the gland, most noticeably in a fatty breast.
    assert 0.9 < np.median(ratios) < 1.5


def test_classes_name_what_lies_there(phantom):
    classes = phantom.classes

    assert set(np.unique(classes)) <= set(TruthClass)
    assert np.array_equal(classes == TruthClass.BAC, phantom.bac)
    assert np.array_equal((classes == TruthClass.BACKGROUND) & phantom.breast, np.zeros_like(phantom.breast))
    assert (classes[phantom.microcalcifications & ~phantom.bac] >= TruthClass.CLUSTER).all()
    for kind in (TruthClass.STRAND, TruthClass.VESSEL, TruthClass.MARKER):
        assert (classes == kind).any()


def test_mlo_has_muscle_in_its_upper_corner_and_cc_none():
    cc, mlo = make_exam(
        2, rows=573, columns=478, pixel_spacing_mm=0.4, views=["LCC", "LMLO"], has_bac=False, clusters=0
    )

    assert not (cc.classes == TruthClass.PECTORAL).any()
    muscle = mlo.classes == TruthClass.PECTORAL
    share = np.count_nonzero(muscle) / np.count_nonzero(mlo.breast)
    assert 0.04 < share < 0.3
    rows, columns = np.nonzero(muscle)
    assert rows.mean() < 286
    assert columns.mean() < 120


def test_letters_stand_beside_the_breast_and_read_from_left_to_right():
    left, right = make_exam(
        2, rows=573, columns=478, pixel_spacing_mm=0.4, views=["LCC", "RCC"], has_bac=False, clusters=0
    )

    crops = []
    for view, is_right in ((left, False), (right, True)):
        marker = (view.classes == TruthClass.MARKER) & ~view.breast
        rows, columns = np.nonzero(marker)
        assert (columns.mean() < 239) == is_right
        # Lead takes away most of what the air beside it lets through.
        assert (65535 - view.raw[marker]).mean() < 0.2 * (65535 - view.raw[~view.breast & ~marker]).mean()
        crops.append(marker[rows.min() : rows.max() + 1, columns.max() - 24 : columns.max() + 1])
    # Both end in the same two letters C, neither mirrored.
    assert np.array_equal(crops[0], crops[1])
    assert not np.array_equal(crops[0], crops[1][:, ::-1])


def test_benign_kinds_and_scars_occur_as_often_as_they_should():
    chances = [np.random.default_rng(seed) for seed in range(300)]
    found = [random_calcifications(SIZE, chance, clusters=None) for chance in chances]
    scars = [any(fibre.is_scar for fibre in random_fibres(SIZE, chance)) for chance in chances[:40]]

    assert np.mean([bool(one.rims) for one in found]) == pytest.approx(0.1, abs=0.06)
    assert np.mean([bool(one.rods) for one in found]) == pytest.approx(0.1, abs=0.06)
    assert np.mean(scars) == pytest.approx(0.25, abs=0.2)
    assert {speck.mineral for one in found for speck in one.specks} == {"HA", "CaOx"}
    diameters = np.array([speck.diameter_mm for one in found for speck in one.specks])
    assert np.median(diameters) == pytest.approx(0.28, rel=0.1)


@pytest.mark.parametrize("kind", ["speck", "rim", "rod"])
def test_calcification_has_its_volume_from_every_side(anatomy, kind):
    middle = np.array([40.0, 5.0, -5.0])
    forms = {
        "speck": Speck(middle, np.array([0.6, 0.8, 0.0]), 0.8, 2.0, "HA"),
        "rim": Rim(middle, 3.0, 0.2),
        "rod": Rod(np.linspace(middle, middle + 6, 50), 0.4),
    }
    found = {name: [form] if name == kind else [] for name, form in forms.items()}
    empty = replace(
        anatomy,
        vessels=[],
        plaques=[],
        fibres=[],
        calcifications=Calcifications(found["speck"], found["rim"], found["rod"]),
    )

    masses = [
        draw_objects(empty, pose(view), (1000, 800), np.random.default_rng(1)).apatite_mm.sum(dtype=float)
        for view in ("CC", "MLO")
    ]

    assert masses[0] == pytest.approx(masses[1], rel=1e-3)
    assert masses[0] > 0


def test_every_image_has_a_vessel_without_calcium():
    for seed in range(6):
        phantom = make_phantom(seed, rows=120, columns=100, pixel_spacing_mm=0.5)

        assert phantom.vessel_lines
