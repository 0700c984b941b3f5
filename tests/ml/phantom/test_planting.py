"""What is planted has the length and the mineral that it says, and nothing else of the image changes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import PhantomRequestError
from ml.masks import empty, end_capped_length_mm, intersection_area_px, polyline, skeleton, to_dense
from ml.phantom import (
    Planted,
    PlantedSegment,
    make_distinct,
    make_phantom,
    plant_segments,
    random_path,
)
from ml.phantom.curves import length_of
from ml.phantom.planting import BLOOD_PER_MM, TAIL_MM, WALL_MM
from ml.physics import beam_of, read_signal
from tests.factories.painted_image import DISPLAYED, RAW

SPACING_MM = 0.1
PATH = np.array([[100.0, 80.0], [150.0, 200.0], [120.0, 380.0]])


@pytest.fixture(scope="module")
def phantom():
    return make_phantom(21, has_bac=False)


def noisy(mean=4000.0, deviation=40.0):
    """A flat exposure whose noise the detector has blurred a little."""
    noise = cv2.GaussianBlur(np.random.default_rng(4).normal(0, 1, (400, 500)), (0, 0), 0.6)
    return (mean + deviation * noise / noise.std()).round().astype(np.uint16)


def plant(pixels, acquisition, seed=1, **segment) -> Planted:
    return plant_segments(pixels, acquisition, [PlantedSegment(path=PATH, **segment)], seed=seed)


def far_from(path, distance_mm):
    points = [tuple(point) for point in path]
    return ~to_dense(polyline(400, 500, points, 2 * distance_mm / SPACING_MM))


@pytest.mark.parametrize("acquisition", [RAW, DISPLAYED], ids=["for processing", "for presentation"])
def test_pixels_elsewhere_are_byte_identical(acquisition):
    before = noisy(1500.0, 20.0)

    after = plant(before, acquisition).pixels

    elsewhere = far_from(PATH, 0.9 + TAIL_MM)
    assert np.array_equal(before[elsewhere], after[elsewhere])
    assert (before != after)[~elsewhere].mean() > 0.5
    assert after.dtype == np.uint16
    assert after.max() < 2**acquisition.bits_stored


@settings(max_examples=8)
@given(length_mm=st.floats(3, 40), seed=st.integers(0, 10_000))
def test_known_length_is_kept(phantom, length_mm, seed):
    path = random_path(phantom.presentation, phantom.presentation_acquisition, length_mm=length_mm, seed=seed)
    planted = plant_segments(
        phantom.presentation, phantom.presentation_acquisition, [PlantedSegment(path=path)], seed=seed
    )

    assert planted.lengths_mm[0] == pytest.approx(length_mm, abs=0.01)
    assert length_of(path) * SPACING_MM == pytest.approx(length_mm, abs=0.01)
    spacing = (SPACING_MM, SPACING_MM)
    measured_mm = end_capped_length_mm(planted.mask, skeleton(planted.mask), spacing)
    # The label is as long as its line and a round cap at either end.
    assert measured_mm == pytest.approx(length_mm + 2 * 0.9, rel=0.06, abs=0.8)


def test_mineral_arrives_whole_whatever_the_grains():
    flat = np.full((400, 500), 4000, dtype=np.uint16)
    flat[:, 480:] = 8000  # air, so that nothing else is at the end of the scale

    planted = plant(flat, RAW, share=0.4)

    signal, beam = read_signal(flat, RAW), beam_of(RAW)
    added = (signal.look_up(planted.pixels) - signal.look_up(flat)).sum(dtype=np.float64) * SPACING_MM**2
    inner_mm = 0.9 - WALL_MM
    mineral_mm2, blood_mm2 = 0.4 * np.pi * (0.9**2 - inner_mm**2), np.pi * inner_mm**2
    length_mm, faded_mm = planted.lengths_mm[0], 3.0
    expected = beam.mu_calc_per_mm * mineral_mm2 * length_mm + BLOOD_PER_MM * blood_mm2 * (
        length_mm - faded_mm
    )
    assert added == pytest.approx(expected / (1 + beam.scatter_to_primary_ratio), rel=0.03)


def test_noise_where_it_is_planted_is_that_of_fewer_photons():
    before = noisy()
    after = plant(before, RAW, share=1.0, seed=3).pixels
    smooth = plant(np.full_like(before, 4000), RAW, share=1.0, seed=3).pixels.astype(float)
    inside = ~far_from(PATH, 0.6)

    residual = (after - smooth)[inside] / smooth[inside]
    attenuation = -np.log(smooth[inside] / 4000)

    # On the scale of logarithms the deviation grows by exp(d / 2).
    expected = 40 / 4000 * np.sqrt(np.exp(attenuation).mean())
    assert attenuation.mean() > 0.2
    assert residual.std() == pytest.approx(expected, rel=0.12)


@pytest.mark.parametrize(
    ("acquisition", "sign"),
    [
        (RAW, -1),
        (replace(RAW, pixel_intensity_relationship_sign=-1), 1),
        (DISPLAYED, 1),
        (replace(DISPLAYED, photometric_interpretation="MONOCHROME1"), -1),
    ],
    ids=["raw", "raw turned round", "displayed", "displayed turned round"],
)
def test_calcium_goes_the_way_of_the_image(acquisition, sign):
    before = noisy(1500.0, 20.0)

    after = plant(before, acquisition, share=0.8).pixels

    change = (after.astype(int) - before)[~far_from(PATH, 0.5)]
    assert np.sign(change.mean()) == sign


def test_same_request_gives_the_same_pixels_and_another_seed_others():
    before = noisy()

    one, again, other = (plant(before, RAW, seed=seed).pixels for seed in (7, 7, 8))

    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert np.array_equal(before, noisy())


def test_paths_stay_apart_from_what_is_there(phantom):
    pixels, facts = phantom.presentation, phantom.presentation_acquisition
    first = random_path(pixels, facts, length_mm=20, seed=1)
    taken = plant_segments(pixels, facts, [PlantedSegment(path=first)], seed=1).mask

    second = random_path(pixels, facts, length_mm=20, seed=2, avoid=[taken])

    near = polyline(*pixels.shape, [tuple(point) for point in second], 2 * 5.0 / SPACING_MM)
    assert intersection_area_px(taken, near) == 0
    skin_distance = phantom.breast[tuple(np.floor(second).astype(int).T)]
    assert skin_distance.all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": PATH[:1]},
        {"path": PATH - 200},
        {"path": np.repeat(PATH[:1], 3, axis=0)},
        {"path": PATH, "radius_mm": 0.1},
        {"path": PATH, "share": 0.0},
        {"path": PATH, "contrast": 100.0},
    ],
    ids=["one point", "outside", "no length", "too thin", "no mineral", "too bright"],
)
def test_what_cannot_be_planted_is_refused(wrong):
    with pytest.raises(PhantomRequestError):
        plant_segments(noisy(), RAW, [PlantedSegment(**wrong)], seed=1)


@pytest.mark.parametrize("spacing_mm", [None, (0.1, 0.2)], ids=["unknown", "oblong"])
def test_pixels_of_unknown_or_oblong_size_are_refused(spacing_mm):
    with pytest.raises(PhantomRequestError):
        plant(noisy(), replace(RAW, pixel_spacing_mm=spacing_mm))


def test_no_segment_is_refused():
    with pytest.raises(PhantomRequestError):
        plant_segments(noisy(), RAW, [], seed=1)


@pytest.mark.parametrize("length_mm", [1.0, 200.0])
def test_path_of_impossible_length_is_refused(phantom, length_mm):
    with pytest.raises(PhantomRequestError):
        random_path(phantom.presentation, phantom.presentation_acquisition, length_mm=length_mm, seed=1)


def test_path_in_an_image_without_breast_or_room_is_refused(phantom):
    pixels, facts = phantom.presentation, phantom.presentation_acquisition
    everywhere = from_all(pixels.shape)

    with pytest.raises(PhantomRequestError):
        random_path(np.zeros_like(pixels), facts, length_mm=10, seed=1)
    with pytest.raises(PhantomRequestError):
        random_path(pixels, facts, length_mm=10, seed=1, avoid=[everywhere])
    assert random_path(pixels, facts, length_mm=10, seed=1, avoid=[empty(*pixels.shape)]).shape[1] == 2


def from_all(shape):
    return polyline(*shape, [(0.0, 0.0), (float(shape[0]), float(shape[1]))], 4000.0)


def test_distinct_copy_differs_by_one_level_of_one_pixel(phantom):
    pixels = phantom.presentation

    copy = make_distinct(pixels, phantom.presentation_acquisition, seed=3)

    change = copy.astype(int) - pixels
    assert np.abs(change).sum() == 1
    assert np.array_equal(copy, make_distinct(pixels, phantom.presentation_acquisition, seed=3))
    full = np.full((16, 16), 4095, dtype=np.uint16)
    assert make_distinct(full, phantom.presentation_acquisition, seed=1).max() == 4095
