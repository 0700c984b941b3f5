import numpy as np
import pytest
from pycocotools import mask as coco

from ml.errors import MaskCodecError
from ml.masks import capsule, empty, from_coco_rle, from_dense, to_coco_rle, to_dense

GENERATOR = np.random.default_rng(51)
COLUMN_TO_ITS_END = np.zeros((6, 5), dtype=bool)
COLUMN_TO_ITS_END[3:, 1] = COLUMN_TO_ITS_END[:2, 2] = COLUMN_TO_ITS_END[:, 4] = True
MASKS = [
    empty(7, 5),
    from_dense(np.ones((6, 4), dtype=bool)),
    from_dense(COLUMN_TO_ITS_END),
    from_dense(np.ones((1, 1), dtype=bool)),
    from_dense(GENERATOR.random((40, 50)) < 0.5),
    from_dense(GENERATOR.random((1, 90)) < 0.5),
    from_dense(GENERATOR.random((90, 1)) < 0.5),
    from_dense(GENERATOR.random((40, 50)) < 0.02),
    capsule(900, 700, (100.0, 100.0), (850.0, 600.0), 30.0),
    capsule(20, 16384, (10.0, 0.0), (10.0, 16384.0), 4.0),
    capsule(16384, 20, (0.0, 10.0), (16384.0, 10.0), 4.0),
]


@pytest.mark.parametrize("mask", MASKS)
def test_text_equals_pycocotools_both_ways(mask):
    theirs = coco.encode(np.asfortranarray(to_dense(mask).astype(np.uint8)))

    rle = to_coco_rle(mask)

    assert rle == {"size": [mask.rows, mask.columns], "counts": theirs["counts"].decode()}
    assert np.array_equal(coco.decode(rle), to_dense(mask))
    assert from_coco_rle(rle) == from_coco_rle(theirs) == mask


@pytest.mark.parametrize("mask", MASKS)
def test_plain_counts_are_read(mask):
    scanned = np.concatenate(([0], to_dense(mask).ravel(order="F")))
    edges = np.concatenate(([0], np.flatnonzero(np.diff(scanned)), [mask.rows * mask.columns]))
    counts = np.diff(edges).tolist()

    rle = {"size": [mask.rows, mask.columns], "counts": counts}

    assert from_coco_rle(rle) == mask
    assert coco.frPyObjects(rle, mask.rows, mask.columns)["counts"].decode() == to_coco_rle(mask)["counts"]


def test_counts_of_nothing_are_passed_over():
    expected = from_coco_rle({"size": [2, 3], "counts": [1, 3, 2]})

    assert expected.runs.tolist() == [[0, 1, 2], [1, 0, 2]]
    assert from_coco_rle({"size": [2, 3], "counts": [1, 2, 0, 1, 2, 0]}) == expected


@pytest.mark.parametrize(
    ("rle", "code"),
    [
        ({}, "not_a_mask"),
        (None, "not_a_mask"),
        ([], "not_a_mask"),
        ({"size": [2, 3]}, "not_a_mask"),
        ({"size": [2], "counts": [6]}, "not_a_mask"),
        ({"size": [2.0, 3], "counts": [6]}, "not_a_mask"),
        ({"size": [True, 3], "counts": [3]}, "not_a_mask"),
        ({"size": ["2", 3], "counts": [6]}, "not_a_mask"),
        ({"size": [0, 3], "counts": []}, "not_a_mask"),
        ({"size": [-2, 3], "counts": [6]}, "not_a_mask"),
        ({"size": [2, 16385], "counts": [6]}, "too_large"),
        ({"size": [10**30, 3], "counts": [6]}, "too_large"),
        ({"size": [2, 3], "counts": [6.0]}, "not_a_mask"),
        ({"size": [2, 3], "counts": [[6]]}, "not_a_mask"),
        ({"size": [2, 3], "counts": 6}, "not_a_mask"),
        ({"size": [2, 3], "counts": [7]}, "run_out_of_bounds"),
        ({"size": [2, 3], "counts": [4, 4]}, "run_out_of_bounds"),
        ({"size": [2, 3], "counts": [-1, 7]}, "run_out_of_bounds"),
        ({"size": [2, 3], "counts": [2**80]}, "run_out_of_bounds"),
        ({"size": [2, 3], "counts": [2**63 - 1, 2**63 - 1]}, "run_out_of_bounds"),
        ({"size": [2, 3], "counts": [5]}, "truncated"),
        ({"size": [2, 3], "counts": []}, "truncated"),
        ({"size": [2, 3], "counts": ""}, "truncated"),
        ({"size": [2, 3], "counts": "P"}, "truncated"),
        ({"size": [2, 3], "counts": "6P"}, "truncated"),
        ({"size": [2, 3], "counts": "/"}, "not_a_mask"),
        ({"size": [2, 3], "counts": "p"}, "not_a_mask"),
        ({"size": [2, 3], "counts": "é"}, "not_a_mask"),
        ({"size": [2, 3], "counts": "PPPPPPPPPPPPPPP0"}, "not_a_mask"),
        ({"size": [2, 3], "counts": "O7"}, "run_out_of_bounds"),
    ],
)
def test_what_coco_does_not_write_is_refused(rle, code):
    with pytest.raises(MaskCodecError) as refusal:
        from_coco_rle(rle)

    assert refusal.value.code == code


def test_random_damage_gives_a_mask_or_a_refusal():
    intact = to_coco_rle(MASKS[4])["counts"]
    outcomes = set()
    for _ in range(300):
        letters = list(intact[: GENERATOR.integers(1, len(intact) + 1)])
        letters[GENERATOR.integers(len(letters))] = chr(GENERATOR.integers(40, 120))
        try:
            mask = from_coco_rle({"size": [40, 50], "counts": "".join(letters)})
            outcomes.add("mask")
        except MaskCodecError as refusal:
            outcomes.add(refusal.code)
            continue
        assert from_dense(to_dense(mask)) == mask
    assert {"truncated", "not_a_mask", "run_out_of_bounds"} <= outcomes
