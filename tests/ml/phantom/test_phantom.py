import time
from dataclasses import fields

import numpy as np
import pytest

from ml.phantom import TruthClass, make_phantom

SMALL = {"rows": 500, "columns": 400, "pixel_spacing_mm": 0.2}


def test_same_seed_gives_the_same_phantom(phantom):
    again = make_phantom(11, **SMALL, severity=0.5, clusters=1)

    for field in fields(phantom):
        np.testing.assert_equal(getattr(again, field.name), getattr(phantom, field.name))


def test_another_seed_gives_another_phantom(phantom, clean_phantom):
    assert not np.array_equal(phantom.raw, clean_phantom.raw)


def test_phantom_has_the_size_and_types_it_says(phantom):
    assert {image.shape for image in (phantom.raw, phantom.presentation, phantom.breast, phantom.bac)} == {
        (500, 400)
    }
    assert phantom.raw.dtype == phantom.presentation.dtype == np.uint16
    assert phantom.presentation.max() < 2**phantom.presentation_acquisition.bits_stored
    assert phantom.acquisition.pixel_spacing_mm == (0.2, 0.2)


def test_truth_lies_inside_the_breast(phantom):
    assert phantom.bac.any()
    assert phantom.microcalcifications.any()
    assert not (phantom.bac & ~phantom.breast).any()
    assert not (phantom.microcalcifications & ~phantom.breast).any()


def test_mass_is_that_of_the_thickness_map(phantom):
    # 1 mm of hydroxyapatite over 1 mm^2 holds 1.2605 mg of calcium.
    expected_mg = 1.2605 * phantom.bac_thickness_mm.sum(dtype=float) * 0.2**2

    assert phantom.mass_mg == pytest.approx(expected_mg, rel=1e-3)
    assert phantom.mass_mg > 1


def test_length_is_that_of_the_centre_lines(phantom):
    steps = [np.hypot(*np.diff(line, axis=0).T).sum() * 0.2 for line in phantom.bac_lines]

    assert phantom.length_mm == pytest.approx(sum(steps))
    assert phantom.length_mm > 10


def test_calcium_is_brighter_than_what_lies_beside_it(phantom):
    rows, columns = np.floor(np.vstack(phantom.bac_lines)).astype(int).T
    for image in (phantom.raw, phantom.presentation):
        beside = image[np.clip(rows + 15, 0, 499), columns]

        assert np.median(image[rows, columns].astype(int) - beside) > 0


def test_thicker_breast_attenuates_more(clean_phantom):
    inside = clean_phantom.raw[clean_phantom.breast].astype(int)
    air = clean_phantom.raw[~clean_phantom.breast].astype(int)

    assert np.percentile(inside, 20) > np.percentile(air, 99)
    air = clean_phantom.classes == TruthClass.BACKGROUND
    assert np.count_nonzero(clean_phantom.presentation[air]) < 0.01 * np.count_nonzero(air)


def test_phantom_without_bac_has_none(clean_phantom):
    assert not clean_phantom.bac.any()
    assert clean_phantom.mass_mg == clean_phantom.length_mm == 0
    assert clean_phantom.bac_lines == []
    assert clean_phantom.vessel_lines
    assert not clean_phantom.microcalcifications.any()


def test_right_breast_mirrors_the_left():
    left = make_phantom(11, **SMALL, severity=0.5, clusters=1)
    right = make_phantom(11, **SMALL, severity=0.5, clusters=1, image_laterality="R")

    # The letters beside the breast are not mirrored, and blur a little into it.
    differences = np.abs(right.raw.astype(int) - left.raw[:, ::-1])[right.breast]
    assert np.mean(differences > 1) < 1e-3
    assert np.array_equal(right.bac, left.bac[:, ::-1])
    np.testing.assert_allclose(right.bac_lines[0][:, 1], 400 - left.bac_lines[0][:, 1])
    assert left.breast[:, 0].sum() > left.breast[:, -1].sum()


def test_mlo_view_runs_out_of_the_image_towards_the_arm():
    phantom = make_phantom(13, **SMALL, view_position="MLO")

    assert phantom.breast[0].sum() > 100
    assert phantom.acquisition.view_position == "MLO"


def test_severity_raises_the_mass():
    masses = [make_phantom(11, **SMALL, severity=severity).mass_mg for severity in (0.1, 0.3, 0.9)]

    assert masses == sorted(masses)
    assert masses[0] < masses[-1] / 2


def test_phantom_of_everyday_size_is_quick():
    started = time.process_time()
    make_phantom(14)

    assert time.process_time() - started < 5
