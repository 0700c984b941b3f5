"""What holds for every mask, whatever its shape."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco
from scipy import ndimage

from ml import masks, metrics

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))
WIDE_OR_HIGH = st.sampled_from([(1, 1), (1, 16384), (16384, 1), (2, 16384), (1, 17), (17, 1)])
SHARES = st.sampled_from([0.0, 0.001, 0.3, 0.97, 1.0])


def _pairs() -> st.SearchStrategy:
    return SHAPES.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape)))


def _masks() -> st.SearchStrategy:
    """Small masks pixel by pixel, and masks as wide or high as they may be by their share of pixels."""
    noise = st.tuples(WIDE_OR_HIGH, SHARES, st.integers(0, 99))
    return SHAPES.flatmap(lambda shape: arrays(bool, shape)) | noise.map(
        lambda drawn: np.random.default_rng(drawn[2]).random(drawn[0]) < drawn[1]
    )


@given(_pairs())
def test_algebra_of_runs_is_the_algebra_of_arrays(pair):
    one, other = pair
    a, b = masks.from_dense(one), masks.from_dense(other)

    assert masks.union(a, b) == masks.from_dense(one | other)
    assert masks.intersection(a, b) == masks.from_dense(one & other)
    assert masks.difference(a, b) == masks.from_dense(one & ~other)
    assert masks.xor(a, b) == masks.from_dense(one ^ other)
    assert masks.xor(masks.xor(a, b), b) == a


@given(_pairs())
def test_bytes_give_the_mask_back_and_name_it(pair):
    one, other = (masks.from_dense(mask) for mask in pair)

    assert masks.decode(masks.encode(one)) == one
    assert (masks.digest(one) == masks.digest(other)) == np.array_equal(*pair)


@given(_masks())
def test_components_are_those_of_the_array(array):
    mask = masks.from_dense(array)
    labels, count = ndimage.label(array, np.ones((3, 3)))
    table, parts = masks.label_components(mask), masks.components(mask)

    assert table.area_px.tolist() == np.bincount(labels.ravel(), minlength=count + 1)[1:].tolist()
    boxes = [
        (rows.start, columns.start, rows.stop, columns.stop) for rows, columns in ndimage.find_objects(labels)
    ]
    assert [tuple(box) for box in table.boxes.tolist()] == boxes
    for number, part in enumerate(parts):
        assert part.runs == masks.from_dense(labels == number + 1)
        assert (part.area_px, part.box) == (table.area_px[number], boxes[number])
        assert np.array_equal(part.runs.runs, mask.runs[table.label_of_run == number])


@given(_pairs())
def test_overlap_is_counted_without_a_list(pair):
    a, b = (masks.from_dense(array) for array in pair)

    assert masks.intersection_area_px(a, b) == (pair[0] & pair[1]).sum()
    assert masks.area_px(a) == pair[0].sum()


@given(_masks(), st.sampled_from([np.uint8, np.int8, np.int64, np.float32]), st.integers(1, 255))
def test_arrays_of_every_kind_give_one_mask(array, kind, value):
    expected = masks.from_dense(array)
    other = np.where(array, np.asarray(value).astype(kind), np.asarray(0).astype(kind))

    assert masks.from_dense(other) == expected
    assert masks.from_dense(np.asfortranarray(array)) == expected
    assert masks.from_dense(np.repeat(array, 2, axis=1)[:, ::2]) == expected
    assert masks.from_dense(np.pad(array, ((3, 0), (0, 0)))[3:]) == expected


@given(_masks())
def test_flips_of_a_mask_are_flips_of_its_array(array):
    mask = masks.from_dense(array)

    for flipped in (array[::-1], array[:, ::-1], array[::-1, ::-1]):
        other = masks.from_dense(flipped)
        assert masks.area_px(other) == masks.area_px(mask)
        assert np.array_equal(masks.to_dense(other), flipped)
        assert sorted(part.area_px for part in masks.components(other)) == sorted(
            part.area_px for part in masks.components(mask)
        )


@given(_masks(), st.data())
def test_what_is_cut_out_can_be_put_back(array, data):
    mask = masks.from_dense(array)
    top, left = (data.draw(st.integers(0, side - 1)) for side in array.shape)
    bottom, right = data.draw(st.integers(top + 1, mask.rows)), data.draw(st.integers(left + 1, mask.columns))
    frame = masks.from_dense(np.pad(np.ones((bottom - top, right - left), bool), ((top, 0), (left, 0))))
    frame = masks.paste(frame, mask.rows, mask.columns, (0, 0))

    part = masks.crop(mask, (top, left, bottom, right))

    assert part == masks.from_dense(array[top:bottom, left:right])
    back = masks.paste(part, mask.rows, mask.columns, (top, left))
    assert back == masks.intersection(mask, frame)
    assert masks.union(back, masks.difference(mask, frame)) == mask


@given(_masks())
def test_every_form_gives_the_mask_back(array):
    mask = masks.from_dense(array)
    rows, columns = array.shape

    assert np.array_equal(masks.to_dense(mask), array)
    assert masks.from_pixel_positions(rows, columns, masks.pixel_positions(mask)) == mask
    assert masks.from_png(masks.to_png(mask)) == mask
    assert masks.from_png(masks.to_png_1bit(mask)) == mask
    assert masks.from_coco_rle(masks.to_coco_rle(mask)) == mask
    assert (
        masks.to_coco_rle(mask)["counts"]
        == coco.encode(np.asfortranarray(array, np.uint8))["counts"].decode()
    )
    assert masks.from_polygons(rows, columns, masks.to_polygons(mask)) == mask


@given(_masks())
def test_rings_run_along_pixels_and_enclose_the_area(array):
    doubled_area = 0
    for ring in masks.to_polygons(masks.from_dense(array)):
        here, there = np.array(ring), np.roll(ring, -1, axis=0)
        assert ((here != there).sum(axis=1) == 1).all()
        doubled_area += (here[:, 1] * there[:, 0] - there[:, 1] * here[:, 0]).sum()
    assert doubled_area == 2 * array.sum()


@given(st.lists(st.tuples(st.floats(-9, 40), st.floats(-9, 40), st.integers(0, 80)), min_size=1, max_size=6))
def test_tube_lies_between_the_lines_of_its_least_and_greatest_width(points):
    line = [point[:2] for point in points]
    widths_px = [point[2] / 4 for point in points]

    drawn = masks.tube(30, 33, line, widths_px)

    assert masks.area_px(masks.difference(masks.polyline(30, 33, line, min(widths_px)), drawn)) == 0
    assert masks.area_px(masks.difference(drawn, masks.polyline(30, 33, line, max(widths_px)))) == 0


@given(_pairs())
def test_agreement_is_symmetric_bounded_and_perfect_with_oneself(pair):
    one, other = (masks.from_dense(mask) for mask in pair)
    there = metrics.compare_masks(one, other, pixel_spacing_mm=(0.1, 0.1))
    back = metrics.compare_masks(other, one, pixel_spacing_mm=(0.1, 0.1))
    itself = metrics.compare_masks(one, one, pixel_spacing_mm=(0.1, 0.1))

    assert there.dice == back.dice
    assert there.dice_l_sym == back.dice_l_sym
    assert (there.precision, there.recall) == (back.recall, back.precision)
    for value in (there.dice, there.jaccard, there.dice_l_sym, there.dice_l_capped):
        assert value is None or 0 <= value <= 1
    assert itself.dice == (1.0 if pair[0].any() else None)
