"""Many images shared out among processes give what one process gives."""

import hashlib

from annotations.ml_gateway.agreement import FEWEST_TO_SHARE, ImageReadings, measuring
from ml import masks


def make_images(count):
    images = []
    for number in range(count):
        drawn = [
            masks.encode_compact(masks.capsule(40, 80, (20.0, 10.0), (20.0, 30.0 + shift + number % 7), 3.0))
            for shift in (0, 9)
        ]
        first, second = (hashlib.sha256(data).hexdigest() for data in drawn)
        images.append(
            ImageReadings(
                masks=dict(zip((first, second), drawn, strict=True)),
                pairs=[(first, second)],
                groups=[(first, second)],
                pixel_spacing_mm=(0.1, 0.1),
            )
        )
    return images


def test_many_images_in_processes_give_what_a_few_give_here():
    images = make_images(FEWEST_TO_SHARE)

    with measuring(len(images)) as measure:
        shared = dict(measure(images, lambda: False))
    with measuring(7) as measure:
        here = dict(measure(images[:7], lambda: False))

    assert sorted(shared) == list(range(len(images)))
    assert [shared[place] for place in range(7)] == [here[place] for place in range(7)]


def test_whoever_stops_gets_no_further_image():
    with measuring(7) as measure:
        found = list(measure(make_images(7), lambda: True))

    assert found == []
