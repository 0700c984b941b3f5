import re
from datetime import date

import pytest

from annotations.dicom import Pseudonyms

ONE = Pseudonyms(b"a key of sixteen bytes or more")
OTHER = Pseudonyms(b"another key of sixteen bytes")


def test_patient_code_is_stable_short_and_keyed():
    code = ONE.patient_code("4711")

    assert re.fullmatch(r"P-[A-Z2-7]{10}", code)
    assert code == ONE.patient_code(" 4711 ")
    assert code not in {
        OTHER.patient_code("4711"),
        ONE.patient_code("4712"),
        ONE.patient_code("4711", "Elsewhere"),
    }


def test_uid_is_valid_and_keyed():
    uid = ONE.uid("1.2.840.1")

    assert re.fullmatch(r"2\.25\.(0|[1-9]\d{0,38})", uid)
    assert uid == ONE.uid("1.2.840.1")
    assert uid not in {OTHER.uid("1.2.840.1"), ONE.uid("1.2.840.2")}


def test_parts_do_not_run_into_each_other():
    assert ONE.uid("ab", "c") != ONE.uid("a", "bc")


def test_short_key_is_refused():
    with pytest.raises(ValueError, match="16"):
        Pseudonyms(b"short")


def test_days_between_exams_of_one_person_stay_true_and_the_dates_do_not():
    first, later = ONE.shifted_day("20231225", "4711"), ONE.shifted_day("20240302", "4711")

    assert later - first == 68
    assert first != date(2023, 12, 25).toordinal()


def test_days_of_two_people_are_moved_by_amounts_of_their_own():
    days = {pseudonyms.shifted_day("20240101", person) for pseudonyms in (ONE, OTHER) for person in "ab"}

    assert len(days) == 4


@pytest.mark.parametrize("day", ["", "2024", "20241301", "2024-1-1", "today", "٢٠٢٤٠١٠١"])
def test_a_date_that_is_none_gives_no_day(day):
    assert ONE.shifted_day(day, "4711") is None
