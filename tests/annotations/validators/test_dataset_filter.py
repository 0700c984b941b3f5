import pytest

from annotations.errors import InvalidError
from annotations.validators.dataset_filter import validate_dataset_filter


def test_dataset_filter_fills_in_what_is_missing() -> None:
    assert validate_dataset_filter({}) == {
        "state": "submitted",
        "campaign": "",
        "labels": [],
        "algorithm_types": [],
        "readers": [],
        "bac_present": [],
        "which": "latest",
    }


def test_dataset_filter_is_stored_in_one_form() -> None:
    chosen = validate_dataset_filter(
        {"labels": ["microcalcification", "bac", "bac"], "readers": ["R2", "R1"], "which": "all"}
    )

    assert chosen["labels"] == ["bac", "microcalcification"]
    assert chosen["readers"] == ["R1", "R2"]
    assert chosen["which"] == "all"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "filter_not_an_object"),
        ([], "filter_not_an_object"),
        ("bac", "filter_not_an_object"),
        ({"label": ["bac"]}, "unknown_filter_key"),
        ({1: 2}, "unknown_filter_key"),
        ({"state": "open"}, "filter_value_refused"),
        ({"state": ["submitted"]}, "filter_value_refused"),
        ({"which": "newest"}, "filter_value_refused"),
        ({"which": None}, "filter_value_refused"),
        ({"labels": "bac"}, "filter_value_refused"),
        ({"labels": [["bac"]]}, "filter_value_refused"),
        ({"labels": [{}]}, "filter_value_refused"),
        ({"algorithm_types": ["manual"]}, "filter_value_refused"),
        ({"bac_present": [True]}, "filter_value_refused"),
        ({"readers": ["R\x001"]}, "filter_value_refused"),
        ({"readers": ["\ud800"]}, "filter_value_refused"),
        ({"readers": ["x" * 101]}, "filter_value_refused"),
        ({"readers": [str(number) for number in range(1001)]}, "filter_value_refused"),
        ({"campaign": {"name": "x"}}, "filter_value_refused"),
        ({"campaign": "a\x00"}, "filter_value_refused"),
        ({"campaign": 5}, "filter_value_refused"),
    ],
)
def test_dataset_filter_refuses_with_a_code(value: object, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        validate_dataset_filter(value)

    assert caught.value.code == code
