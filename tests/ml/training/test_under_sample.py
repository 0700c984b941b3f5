from hypothesis import given
from hypothesis import strategies as st

from ml.training.source import Listing
from ml.training.under_sample import under_sample


def listings(present):
    return [
        Listing(
            image_id=str(k),
            patient_id=f"patient-{k}",
            age_years=None,
            split="train",
            present={"bac": has_bac},
        )
        for k, has_bac in enumerate(present)
    ]


def test_prevalence_of_13_percent_becomes_30():
    kept = under_sample(listings([k % 100 < 13 for k in range(1000)]), "bac", 0.3, seed=1)
    with_bac = sum(one.present["bac"] for one in kept)

    assert with_bac == 130
    assert len(kept) == 130 + 303


def test_another_seed_leaves_out_others():
    images = listings([k < 3 for k in range(100)])

    assert under_sample(images, "bac", 0.3, seed=1) == under_sample(images, "bac", 0.3, seed=1)
    assert under_sample(images, "bac", 0.3, seed=1) != under_sample(images, "bac", 0.3, seed=2)


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.floats(0.01, 0.99), st.integers(0, 99))
def test_every_positive_stays_in_order_and_one_negative_at_least(present, share, seed):
    images = listings(present)
    kept = under_sample(images, "bac", share, seed=seed)
    places = [int(one.image_id) for one in kept]
    positives, negatives = sum(present), len(present) - sum(present)
    kept_negatives = len(kept) - positives

    assert places == sorted(set(places))
    assert sum(one.present["bac"] for one in kept) == positives
    assert kept_negatives >= min(1, negatives)
    # One more would bring the share below what is asked for, or there is none.
    assert kept_negatives in (1, negatives) or positives / len(kept) >= share - 1e-9
    assert kept_negatives == negatives or positives / (len(kept) + 1) < share + 1e-9
