import numpy as np
import pytest
from scipy import ndimage
from skimage.morphology import skeletonize

from ml.errors import MaskShapeMismatchError, MetricParameterError, PixelSpacingMissingError
from ml.masks import Runs, empty, from_dense, to_dense
from ml.metrics import FROC_RATES, ScoredImage, froc

SHAPE = (200, 140)
SPACING_MM = (0.1, 0.1)
ROWS = (20, 80, 140)


def scored(levels, marked=(), *, shape=SHAPE, dtype=float):
    """An image with a line of each probability, one under the other; those named in `marked` are true."""
    probability = np.zeros(shape, dtype=dtype)
    for row, level in zip(ROWS, levels, strict=False):
        probability[row, 10:60] = level
    reference = Runs.checked(*SHAPE, [[ROWS[k], 10, 60] for k in marked])
    return ScoredImage(probability=probability, reference=reference, pixel_spacing_mm=SPACING_MM)


def test_curve_by_hand():
    images = [scored([0.9, 0.4, 0.7], marked=[0, 1]), scored([0.6], marked=[])]

    curve = froc(images, thresholds=[0.3, 0.5, 0.65, 0.8, 0.95])

    assert curve.sensitivity.tolist() == [1, 0.5, 0.5, 0.5, 0]
    assert curve.false_positives_per_image.tolist() == [1, 1, 0.5, 0, 0]
    assert (curve.n_images, curve.n_segments) == (2, 2)
    # From (0, 0.5) over (0.5, 0.5) to (1, 1) in straight lines, level beyond.
    assert list(curve.sensitivity_at) == list(FROC_RATES)
    assert list(curve.sensitivity_at.values()) == [0.5, 0.5, 0.5, 1, 1, 1, 1]
    assert curve.mean_sensitivity == pytest.approx(5.5 / 7)
    assert curve.undefined == {}


def brute_force_counts(image, threshold, reach_px):
    """Count found and false segments pixel by pixel: scikit-image thins, scipy labels."""
    marks = image.probability > threshold, to_dense(image.reference)
    lines = [np.argwhere(skeletonize(mark)) for mark in marks]
    labels = [ndimage.label(mark, np.ones((3, 3)))[0] for mark in marks]
    confirmed = []
    for line, other, label in zip(lines, lines[::-1], labels, strict=True):
        near = [len(other) > 0 and np.hypot(*(other - point).T).min() <= reach_px for point in line]
        owner = label[tuple(line.T)]
        confirmed.append(
            [
                np.mean([is_near for is_near, of in zip(near, owner, strict=True) if of == piece]) >= 0.5
                for piece in range(1, label.max() + 1)
            ]
        )
    return sum(confirmed[1]), sum(not is_confirmed for is_confirmed in confirmed[0])


def test_curve_is_that_of_a_computation_by_brute_force():
    random = np.random.default_rng(12)
    images = []
    for _ in range(5):
        smooth = ndimage.gaussian_filter(random.random((60, 80)), 2.5)
        level = (smooth - smooth.min()) / np.ptp(smooth)
        reference = ndimage.gaussian_filter(level + random.normal(0, 0.3, level.shape), 2) > 0.62
        images.append(ScoredImage(probability=level, reference=from_dense(reference), pixel_spacing_mm=None))
    thresholds = [0.3, 0.5, 0.6, 0.7, 0.8]

    curve = froc(images, thresholds=thresholds, tolerance_px=3.0)

    counts = np.array([[brute_force_counts(image, t, 3.0) for image in images] for t in thresholds]).sum(
        axis=1
    )
    segments = sum(ndimage.label(to_dense(image.reference), np.ones((3, 3)))[1] for image in images)
    assert curve.n_segments == segments > 5
    np.testing.assert_allclose(curve.sensitivity, counts[:, 0] / segments)
    np.testing.assert_allclose(curve.false_positives_per_image, counts[:, 1] / 5)
    points = [(0, 0), *zip(counts[:, 1] / 5, counts[:, 0] / segments, strict=True)]
    for rate, found in curve.sensitivity_at.items():
        assert found == pytest.approx(interpolated_by_hand(points, rate)), rate


def interpolated_by_hand(points, rate):
    """Walk from point to point of the best sensitivity so far, and stay on the straight line between two."""
    best = {}
    for at, _ in points:
        best[at] = max(value for other, value in points if other <= at)
    below = max(at for at in best if at <= rate)
    above = min((at for at in best if at > rate), default=None)
    if above is None:
        return best[below]
    return best[below] + (best[above] - best[below]) * (rate - below) / (above - below)


def test_sensitivity_is_interpolated_between_operating_points():
    curve = froc([scored([0.9, 0.4], marked=[1])], thresholds=[0.2, 0.5])

    assert curve.false_positives_per_image.tolist() == [1, 1]
    assert [curve.sensitivity_at[rate] for rate in (0.125, 0.5, 1.0, 8.0)] == [0.125, 0.5, 1, 1]


def test_lower_threshold_that_loses_segments_does_not_lower_the_sensitivity_at_a_rate():
    # At 0.1 one huge piece covers everything: false, and its centre line misses the reference.
    image = scored([0.9, 0.9], marked=[0])
    image.probability[image.probability == 0] = 0.2

    curve = froc([image], thresholds=[0.1, 0.5])

    assert curve.sensitivity.tolist() == [0, 1]
    assert curve.sensitivity_at[8.0] == 1


@pytest.mark.parametrize(("level", "is_marked"), [(51, False), (52, True)])
def test_eight_bit_map_is_marked_above_the_threshold(level, is_marked):
    curve = froc([scored([level], marked=[0], dtype=np.uint8)], thresholds=[0.2])

    assert curve.sensitivity.tolist() == [is_marked]


def test_no_reference_segment_leaves_the_sensitivity_undefined():
    curve = froc([scored([0.9]), scored([0.9, 0.9])], thresholds=[0.5])

    assert curve.sensitivity is curve.sensitivity_at is curve.mean_sensitivity is None
    assert curve.undefined == dict.fromkeys(
        ("sensitivity", "sensitivity_at", "mean_sensitivity"), "no_reference_segment"
    )
    assert curve.false_positives_per_image.tolist() == [1.5]


def test_definition_has_no_spacing_of_one_image():
    curve = froc([scored([0.9], marked=[0])], tolerance_px=5.0)

    assert curve.definition["tolerance_px"] == 5.0
    assert not {"pixel_spacing_mm", "length_note"} & set(curve.definition)
    assert len(curve.thresholds) == 19


@pytest.mark.parametrize(
    ("images", "thresholds"),
    [
        ([], [0.5]),
        ([scored([0.5])], []),
        ([scored([0.5])], [1.0]),
        ([scored([0.5])], [-0.1]),
        ([scored([0.5])], [float("nan")]),
        ([scored([1.5])], [0.5]),
        ([scored([float("nan")])], [0.5]),
        ([scored([500], dtype=np.uint16)], [0.5]),
    ],
)
def test_what_cannot_be_swept_is_refused(images, thresholds):
    with pytest.raises(MetricParameterError):
        froc(images, thresholds=thresholds)


def test_map_of_another_size_is_refused():
    with pytest.raises(MaskShapeMismatchError):
        froc([scored([0.5], shape=(200, 139))])


def test_tolerance_in_millimetres_needs_the_spacing():
    image = ScoredImage(probability=np.zeros((5, 5)), reference=empty(5, 5), pixel_spacing_mm=None)

    with pytest.raises(PixelSpacingMissingError):
        froc([image])
