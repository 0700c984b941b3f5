from dataclasses import replace

import numpy as np

from ml.training.sampling import random_batch


def batch(images, count, seed=1):
    return random_batch(images, count, 64, np.random.default_rng(seed))


def test_batch_has_the_shape_and_range_it_says(images):
    patches, labels = batch(images, 6)

    assert patches.shape == labels.shape == (6, 64, 64)
    assert patches.dtype == labels.dtype == np.float32
    assert patches.min() >= 0
    assert patches.max() <= 1
    assert set(np.unique(labels)) == {0, 1}


def test_every_second_patch_is_near_a_calcified_vessel(images):
    _, labels = batch(images, 40)

    assert np.mean(labels[::2].any(axis=(1, 2))) > 0.9


def test_batch_repeats_for_a_seed(images):
    assert np.array_equal(batch(images, 4)[0], batch(images, 4)[0])
    assert not np.array_equal(batch(images, 4)[0], batch(images, 4, seed=2)[0])


def test_images_without_bac_give_empty_labels(images):
    clean = [
        replace(image, label=np.zeros_like(image.label), bac_points=image.bac_points[:0]) for image in images
    ]

    patches, labels = batch(clean, 4)

    assert patches.any()
    assert not labels.any()


def test_label_turns_with_its_patch(images):
    """Where the view is the label itself, the two stay equal whatever is done to them."""
    view = images[0].label.astype(np.uint8) * 255
    same = replace(images[0], views=(view, view))

    patches, labels = batch([same], 8)

    for patch, label in zip(patches, labels, strict=True):
        if label.any():
            assert patch[label > 0].min() > patch[label == 0].max()
