import uuid

from hypothesis import given
from hypothesis import strategies as st

from annotations.domain.reading_order import Dated, batch_of, random_order

PATIENTS = [uuid.UUID(int=number) for number in range(5)]
EXAMS = st.lists(
    st.builds(
        Dated,
        study=st.uuids(),
        patient=st.sampled_from(PATIENTS),
        day=st.none() | st.integers(-3, 3),
    ),
    max_size=30,
    unique_by=lambda exam: exam.study,
)
READER = uuid.UUID(int=77)


@given(exams=EXAMS, seed=st.integers(0, 2**32 - 1))
def test_every_exam_has_one_place_and_none_of_a_patient_follows_a_later_one(exams, seed):
    order = random_order(exams, seed=seed, reader=READER)

    assert sorted(order) == sorted(exam.study for exam in exams)
    by_study = {exam.study: exam for exam in exams}
    for patient in PATIENTS:
        days = [by_study[study].day for study in order if by_study[study].patient == patient]
        known = [day for day in days if day is not None]
        assert known == sorted(known)


@given(exams=EXAMS, seed=st.integers(0, 2**32 - 1))
def test_the_order_comes_from_the_seed_and_not_from_the_list(exams, seed):
    backwards = list(reversed(exams))

    first = random_order(exams, seed=seed, reader=READER)

    assert [by for by in first if _is_alone(by, exams)] == [
        by for by in random_order(backwards, seed=seed, reader=READER) if _is_alone(by, exams)
    ]


def _is_alone(study, exams):
    """Exams of one patient and one day have no order between them."""
    (own,) = [exam for exam in exams if exam.study == study]
    return sum(exam.patient == own.patient for exam in exams) == 1


def test_readers_meet_the_same_exams_in_different_orders():
    exams = [Dated(uuid.UUID(int=number), uuid.UUID(int=1000 + number), None) for number in range(50)]

    orders = {tuple(random_order(exams, seed=1, reader=uuid.UUID(int=reader))) for reader in range(7)}

    assert len(orders) == 7


def test_batches_are_counted_from_one():
    assert [batch_of(position, 3) for position in range(1, 8)] == [1, 1, 1, 2, 2, 2, 3]
    assert batch_of(900, 0) == 1
