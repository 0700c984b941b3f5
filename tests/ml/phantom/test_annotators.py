import numpy as np

from ml.phantom import expert_mask, third_party_mask


def dice(a, b):
    return 2 * np.count_nonzero(a & b) / (np.count_nonzero(a) + np.count_nonzero(b))


def test_expert_covers_the_visible_calcium_and_little_else(phantom):
    mask = expert_mask(phantom)

    assert np.count_nonzero(mask & phantom.bac) > 0.85 * np.count_nonzero(phantom.bac)
    far = np.ones(mask.shape, dtype=bool)
    for row, column in np.floor(np.vstack(phantom.bac_lines)).astype(int):
        far[max(row - 9, 0) : row + 10, max(column - 9, 0) : column + 10] = False
    assert not (mask & far).any()


def test_expert_marks_nothing_on_a_clean_phantom(clean_phantom):
    assert not expert_mask(clean_phantom).any()


def test_third_party_repeats_for_a_seed_and_differs_between_seeds(phantom):
    first, again, other = (third_party_mask(phantom, seed) for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_third_party_agrees_less_with_the_expert_the_more_it_errs(phantom):
    expert = expert_mask(phantom)

    agreement = [
        np.mean([dice(third_party_mask(phantom, seed, level=level), expert) for seed in range(8)])
        for level in (0.0, 1.0, 3.0)
    ]

    assert agreement[0] > 0.7
    assert agreement == sorted(agreement, reverse=True)


def test_third_party_marks_false_segments_on_clean_phantoms(clean_phantom):
    marked = [third_party_mask(clean_phantom, seed).any() for seed in range(20)]

    assert 8 <= sum(marked) < 20
    assert not third_party_mask(clean_phantom, 1, level=0).any()
