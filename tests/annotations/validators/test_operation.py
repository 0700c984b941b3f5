import base64
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from annotations.errors import OperationRefusedError
from annotations.validators.operation import (
    MAXIMUM_DETAILS_BYTES,
    MAXIMUM_PATCH_BYTES,
    OperationDraft,
    read_patch,
    validate_details,
    validate_is_complete,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STROKE = OperationDraft(
    id=uuid.UUID(int=1), kind="mask", made_at=NOW, label="bac", tool="brush", patch=b"TLM"
)
ANSWER = OperationDraft(id=uuid.UUID(int=2), kind="answer", made_at=NOW, question="bac_present", answer="yes")


def test_read_patch_undoes_base64():
    assert read_patch(base64.b64encode(b"TLM\x01").decode()) == b"TLM\x01"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("####", "patch_not_base64"),
        ("abc", "patch_not_base64"),
        ("é", "patch_not_base64"),
        ("VExN\nAQ==", "patch_not_base64"),
        (base64.b64encode(bytes(MAXIMUM_PATCH_BYTES + 1)).decode(), "patch_too_large"),
    ],
)
def test_read_patch_refuses(text, code):
    with pytest.raises(OperationRefusedError) as caught:
        read_patch(text)

    assert caught.value.code == code


def nest(levels):
    details = {}
    for _ in range(levels):
        details = {"deeper": details}
    return details


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"note": "a\x00b"}, "details_not_json"),
        ({"a\x00b": 1}, "details_not_json"),
        ({"path": [{"note": "a\\\x00"}]}, "details_not_json"),
        ({"note": "\ud800"}, "details_not_json"),
        ({"radius_px": float("inf")}, "details_not_json"),
        ({"radius_px": float("nan")}, "details_not_json"),
        (nest(100_000), "details_not_json"),
        ({"note": "x" * MAXIMUM_DETAILS_BYTES}, "details_too_large"),
        ({"note": "é" * (MAXIMUM_DETAILS_BYTES // 2)}, "details_too_large"),
    ],
)
def test_validate_details_refuses(details, code):
    with pytest.raises(OperationRefusedError) as caught:
        validate_details(details)

    assert caught.value.code == code


def test_validate_details_takes_plain_json():
    validate_details({"radius_px": 3.5, "path": [[1, 2], [3, 4]], "é": None})


def test_validate_details_takes_a_typed_escape_which_is_no_nul():
    validate_details({"note": "\\u0000", "\\u0000": [{"\\\\u0000": "\\\\u0000"}]})


@pytest.mark.parametrize("draft", [STROKE, ANSWER])
def test_validate_is_complete_takes_whole_operations(draft):
    validate_is_complete(draft)


@pytest.mark.parametrize(
    "draft",
    [
        replace(STROKE, label=""),
        replace(STROKE, tool=""),
        replace(STROKE, patch=None),
        replace(STROKE, patch=b""),
        replace(STROKE, answer="yes", question="bac_present"),
        replace(ANSWER, answer=""),
        replace(ANSWER, question=""),
        replace(ANSWER, label="bac"),
        replace(ANSWER, patch=b"TLM"),
    ],
)
def test_validate_is_complete_refuses_halves_and_mixtures(draft):
    with pytest.raises(OperationRefusedError) as caught:
        validate_is_complete(draft)

    assert caught.value.code == "operation_not_whole"
