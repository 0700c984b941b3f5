import os

import numpy as np
import pytest

from ml.masks import area_px, intersection_area_px, polyline
from ml.study.segment_votes import segment_votes
from ml.study.simulated_campaign import covered_rates, phantom_scene, read_by_plan
from ml.study.simulated_reader import (
    BAC,
    MICROCALCIFICATION,
    SEVEN_READERS,
    Scene,
    SimulatedReader,
    read_scene,
)

is_nightly = pytest.mark.skipif(not os.environ.get("TRAMLINE_NIGHTLY"), reason="two minutes of phantoms")


def line(row, first, last):
    return np.column_stack([np.full(50, float(row)), np.linspace(first, last, 50)])


def drawn_scene(seed):
    """Make an exam without a phantom: three vessels, a cluster of specks and four strands, far apart."""
    random = np.random.default_rng(seed)
    rows = 30 + 40 * random.permutation(8)
    true = tuple((BAC, (line(row, 30, 30 + random.uniform(20, 90)),)) for row in rows[:3])
    cluster = (MICROCALCIFICATION, tuple(np.array([[float(rows[3]), 30.0 + 4 * n]]) for n in range(4)))
    tempting = tuple(line(row, 150, 150 + random.uniform(20, 60)) for row in rows[4:])
    return Scene(360, 260, 0.3, (*true, cluster), tempting)


def reader(**habits):
    return SimulatedReader(name="one", **({"sensitivity": 1.0, "false_mark": 0.0, "confusion": 0.0} | habits))


def test_a_perfect_reader_marks_all_that_is_true_and_nothing_else():
    masks = read_scene(drawn_scene(1), reader(), seed=1)

    bac = segment_votes([masks[BAC]], pixel_spacing_mm=(0.3, 0.3)).segments
    specks = segment_votes([masks[MICROCALCIFICATION]], pixel_spacing_mm=(0.3, 0.3)).segments
    assert (len(bac), len(specks)) == (3, 1)


def test_a_reader_who_confuses_gives_everything_the_other_label():
    right, wrong = (read_scene(drawn_scene(2), reader(confusion=share), seed=5) for share in (0.0, 1.0))

    assert wrong[BAC] == right[MICROCALCIFICATION]
    assert wrong[MICROCALCIFICATION] == right[BAC]


def test_a_reader_who_sees_what_is_not_there_marks_strands_alone():
    scene = drawn_scene(3)
    masks = read_scene(scene, reader(sensitivity=0.0, false_mark=1.0), seed=1)

    found = segment_votes([masks[BAC]], pixel_spacing_mm=(0.3, 0.3)).segments
    assert len(found) == 4
    assert area_px(masks[MICROCALCIFICATION]) == 0
    strand = polyline(360, 260, scene.tempting[0].tolist(), 1.0)
    assert intersection_area_px(strand, masks[BAC]) > 0.5 * area_px(strand)


def test_a_phantom_gives_things_to_mark_that_lie_apart():
    scene = phantom_scene(4)

    masks = read_scene(scene, reader(false_mark=1.0), seed=1)
    whole = segment_votes(list(masks.values()), pixel_spacing_mm=(0.3, 0.3))
    assert {label for label, _ in scene.true} == {BAC, MICROCALCIFICATION}
    assert len(scene.tempting) == 4
    # Lines of one segment may lie as far from each other as strokes of two do: never fewer than things.
    assert len(whole.segments) >= len(scene.true) + len(scene.tempting)


@pytest.mark.parametrize("read_by", [3, 7])
def test_intervals_of_seven_readers_hold_their_true_rates(read_by):
    scenes = [drawn_scene(seed) for seed in range(120)]
    images = read_by_plan(scenes, SEVEN_READERS, read_by=read_by, seed=0)

    covered = [rate.is_covered for rate in covered_rates(images, SEVEN_READERS)]

    assert len(covered) == 21
    # Of 21 intervals at 95 %, fewer than 18 hold the truth twice in 100 campaigns.
    assert sum(covered) >= 18


@is_nightly
def test_intervals_hold_the_true_rates_on_phantoms_as_often_as_they_say():
    scenes = [phantom_scene(seed) for seed in range(200)]
    covered = {}
    for seed in range(10):
        images = read_by_plan(scenes, SEVEN_READERS, read_by=7, seed=seed)
        for rate in covered_rates(images, SEVEN_READERS, seed=seed):
            covered.setdefault(rate.rate, []).append(rate.is_covered)

    shares = {rate: float(np.mean(held)) for rate, held in covered.items()}
    assert all(0.88 <= share <= 1.0 for share in shares.values()), shares
