import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml import masks
from ml.errors import MaskShapeMismatchError, StatisticsInputError
from ml.metrics.consensus import majority, staple


def readers_of_one_vessel(seed, readers=5):
    """Draw what readers of different care paint along one line, in a frame of 120 x 160."""
    random = np.random.default_rng(seed)
    line = [(20.0 + 8 * step + random.normal(0, 3), 15.0 + 14 * step) for step in range(9)]
    return [
        masks.polyline(
            120,
            160,
            [(row + random.normal(0, 1.5), column) for row, column in line[: random.integers(6, 10)]],
            random.uniform(5, 12),
        )
        for _ in range(readers)
    ]


def itk_staple(readings, box):
    top, left, bottom, right = box
    images = [
        SimpleITK.GetImageFromArray(masks.to_dense(reading)[top:bottom, left:right].astype(np.uint8))
        for reading in readings
    ]
    staple_filter = SimpleITK.STAPLEImageFilter()
    staple_filter.SetForegroundValue(1)
    probability = SimpleITK.GetArrayFromImage(staple_filter.Execute(images))
    return probability, staple_filter.GetSensitivity(), staple_filter.GetSpecificity()


# With two readers the optimum is a ridge, along which the last steps of either side crawl.
@pytest.mark.parametrize(
    ("seed", "readers", "margin_px", "tolerance"),
    [(1, 3, 0, 1e-5), (2, 5, 20, 1e-5), (3, 7, 20, 1e-5), (4, 2, 10, 1e-2)],
)
def test_staple_finds_what_simpleitk_finds(seed, readers, margin_px, tolerance):
    readings = readers_of_one_vessel(seed, readers)

    found = staple(readings, margin_px=margin_px)

    probability, sensitivity, specificity = itk_staple(readings, found.box)
    assert found.is_converged
    np.testing.assert_allclose(found.probability, probability, atol=tolerance)
    np.testing.assert_allclose(found.sensitivities, sensitivity, atol=tolerance)
    np.testing.assert_allclose(found.specificities, specificity, atol=tolerance)
    top, left, bottom, right = found.box
    expected = np.zeros((120, 160), dtype=bool)
    expected[top:bottom, left:right] = probability > 0.5
    assert found.mask == masks.from_dense(expected)


def test_staple_trusts_the_careful_readers_more():
    careful, sloppy = readers_of_one_vessel(7, 3), masks.capsule(120, 160, (60.0, 80.0), (60.0, 90.0), 25.0)

    found = staple([*careful, sloppy], margin_px=20)

    assert min(found.sensitivities[:3]) > found.sensitivities[3]


def test_readers_who_agree_are_the_consensus():
    one = readers_of_one_vessel(3, 1)[0]

    found = staple([one, one, one], margin_px=5)

    assert found.mask == majority([one, one, one]) == one
    assert found.sensitivities == pytest.approx((1, 1, 1))


@given(st.integers(1, 5).flatmap(lambda n: arrays(bool, (n, 6, 9))))
def test_majority_counts_votes(votes):
    found = majority([masks.from_dense(reading) for reading in votes])

    assert found == masks.from_dense(votes.sum(axis=0) * 2 > len(votes))


def test_majority_of_nothing_marked_is_empty():
    assert majority([masks.empty(4, 5)] * 3) == masks.empty(4, 5)


@pytest.mark.parametrize(
    ("ask", "error", "code"),
    [
        (lambda: staple([masks.empty(4, 4)] * 2), StatisticsInputError, "nothing_marked"),
        (
            lambda: staple([masks.capsule(4, 4, (1.0, 1.0), (2.0, 2.0), 1.0)]),
            StatisticsInputError,
            "too_few_readers",
        ),
        (lambda: staple(readers_of_one_vessel(1, 2), margin_px=-1), StatisticsInputError, "not_a_margin"),
        (lambda: staple(readers_of_one_vessel(1, 2), margin_px=2.5), StatisticsInputError, "not_a_margin"),
        (lambda: majority([]), StatisticsInputError, "too_few_readers"),
        (lambda: majority([masks.empty(4, 4)] * 17), StatisticsInputError, "too_many_readers"),
        (
            lambda: majority([masks.empty(4, 4), masks.empty(4, 5)]),
            MaskShapeMismatchError,
            "mask_size_mismatch",
        ),
    ],
)
def test_consensus_refuses_what_gives_none(ask, error, code):
    with pytest.raises(error) as refusal:
        ask()

    assert refusal.value.code == code
