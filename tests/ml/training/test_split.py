from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ml.errors import TrainingDataRefusedError
from ml.training.source import Listing
from ml.training.split import PARTS, split_as_frozen, split_by_patient

SHARES = (0.8, 0.1, 0.1)


def listing(k, patient, *, has_bac, split="train", age=None):
    return Listing(
        image_id=f"image-{k}", patient_id=patient, age_years=age, split=split, present={"bac": has_bac}
    )


def many(patients=200, images=2, share=4):
    return [
        listing(f"{p}-{k}", f"patient-{p}", has_bac=p % share == 0, age=40 + p % 37)
        for p in range(patients)
        for k in range(images)
    ]


def parts_of(split):
    return {part: getattr(split, part) for part in PARTS}


@st.composite
def some_listings(draw):
    patients = draw(st.lists(st.integers(0, 30), min_size=12, max_size=80))
    return [
        listing(k, f"patient-{p}", has_bac=draw(st.booleans()), age=draw(st.none() | st.integers(30, 90)))
        for k, p in enumerate(patients)
    ]


def split_or_none(listings, how):
    with suppress(TrainingDataRefusedError):
        return split_by_patient(listings, "bac", **how)
    return None


def ids(part):
    return {one.image_id for one in part}


@given(some_listings(), st.integers(0, 2**31), st.booleans(), st.booleans(), st.randoms())
def test_no_patient_is_in_two_parts_and_no_image_is_lost(listings, seed, by_age, by_image, random):
    how = {
        "shares": (0.5, 0.25, 0.25),
        "seed": seed,
        "by_age_quartile": by_age,
        "classes_by_image": by_image,
    }
    split = split_or_none(listings, how)
    assume(split is not None)
    parts = parts_of(split)
    patients = [{one.patient_id for one in part} for part in parts.values()]
    mixed = list(listings)
    random.shuffle(mixed)
    again = parts_of(split_by_patient(mixed, "bac", **how))

    assert sum(len(part) for part in patients) == len(set.union(*patients))
    assert sorted(one.image_id for part in parts.values() for one in part) == sorted(
        one.image_id for one in listings
    )
    assert {name: ids(part) for name, part in parts.items()} == {
        name: ids(part) for name, part in again.items()
    }


@pytest.mark.parametrize("by_age", [False, True])
def test_parts_have_their_share_and_are_alike(by_age):
    parts = parts_of(split_by_patient(many(), "bac", shares=SHARES, seed=3, by_age_quartile=by_age))

    for (_, part), share in zip(parts.items(), SHARES, strict=True):
        assert len(part) == pytest.approx(400 * share, abs=4)
        with_bac = sum(one.present["bac"] for one in part)
        assert with_bac == pytest.approx(100 * share, abs=4)


def test_another_seed_gives_other_parts():
    assert split_by_patient(many(), "bac", shares=SHARES, seed=1) != split_by_patient(
        many(), "bac", shares=SHARES, seed=2
    )


def test_frozen_parts_are_taken_as_they_are():
    listings = [
        listing(f"{part}-{k}", f"{part}-{k}", has_bac=bool(k), split=part) for part in PARTS for k in range(2)
    ]

    assert [one.split for part in parts_of(split_as_frozen(listings, "bac")).values() for one in part] == [
        "train",
        "train",
        "validation",
        "validation",
        "test",
        "test",
    ]


def refusal(listings, label="bac"):
    with pytest.raises(TrainingDataRefusedError) as refused:
        split_as_frozen(listings, label)
    return refused.value


def test_part_of_one_class_is_refused_in_plain_words():
    listings = [
        listing(f"{part}-{k}", f"{part}-{k}", has_bac=part == "test" or bool(k), split=part)
        for part in PARTS
        for k in range(2)
    ]

    assert refusal(listings).code == "one_class"
    assert "bac is on every one of the 2 images" in refusal(listings).message


def test_version_of_one_class_is_refused_when_it_is_shared_out():
    with pytest.raises(TrainingDataRefusedError) as refused:
        split_by_patient(many(share=1), "bac", shares=SHARES, seed=1)

    assert refused.value.code == "one_class"


def test_part_of_one_class_is_taken_where_patches_are_learnt_from():
    listings = [listing(part, part, has_bac=True, split=part) for part in PARTS]

    assert split_as_frozen(listings, "bac", classes_by_image=False).test == (listings[2],)


@given(st.lists(st.sampled_from(PARTS), min_size=4, max_size=20), st.data())
def test_frozen_parts_never_share_a_patient(parts, data):
    listings = [
        listing(k, f"patient-{data.draw(st.integers(0, 6))}", has_bac=bool(k % 2), split=part)
        for k, part in enumerate(parts)
    ]
    with suppress(TrainingDataRefusedError):
        split = split_as_frozen(listings, "bac", classes_by_image=False)
        patients = [{one.patient_id for one in part} for part in parts_of(split).values()]
        assert sum(map(len, patients)) == len(set.union(*patients))


def test_empty_part_is_refused():
    assert refusal([listing(k, f"p-{k}", has_bac=bool(k)) for k in range(2)]).code == "part_empty"


def test_label_that_nobody_looked_for_is_refused():
    assert refusal(many(), "microcalcification").code == "label_missing"


def test_frozen_parts_that_share_a_patient_are_refused():
    listings = [
        listing(f"{part}-{k}", f"patient-{k}", has_bac=bool(k), split=part)
        for part in PARTS
        for k in range(2)
    ]

    assert refusal(listings).code == "patient_in_two_parts"
