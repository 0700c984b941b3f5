import pytest
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response

from annotations.api.errors import answer_error


def answer(detail: object) -> Response:
    response = answer_error(ValidationError(detail), {})
    assert response is not None
    return response


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("Too long.", "Too long."),
        (["Too long.", "Too late."], "Too long. Too late."),
        ({"name": ["Too long."]}, "name: Too long."),
        ({"non_field_errors": ["They differ."]}, "They differ."),
        (
            {"operations": [{"id": ["Must be a valid UUID."]}]},
            "operations, item 1, id: Must be a valid UUID.",
        ),
        (
            {"operations": [{}, {"id": ["Must be a valid UUID."], "tool": ["Unknown."]}], "version": ["No."]},
            "operations, item 2, id: Must be a valid UUID. operations, item 2, tool: Unknown. version: No.",
        ),
        ({"ids": {0: ["Must be a valid UUID."]}}, "ids, item 1: Must be a valid UUID."),
    ],
)
def test_what_is_not_well_formed_is_told_in_plain_words(detail, words):
    response = answer(detail)

    assert response.status_code == 400
    assert response.data == {
        "code": "request_not_well_formed",
        "message": f"The request is not well formed: {words}",
    }


def test_no_answer_shows_pythons_own_writing():
    detail = {"operations": [{"details": {"radius_px": [ErrorDetail("Must be positive.", code="x")]}}]}

    assert "ErrorDetail" not in answer(detail).data["message"]
