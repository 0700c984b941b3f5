"""Long lists page by page: the body stays a plain list, the header Link (RFC 8288) names the next page.

A page begins behind the row that `after` names, so that rows which come meanwhile neither shift nor repeat
it, and the last page is as quick as the first.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request

M = TypeVar("M", bound=Model)

USUAL_LENGTH = 100
GREATEST_LENGTH = 500


class PageForm(serializers.Serializer):
    after = serializers.UUIDField(required=False, help_text="The last row of the page before")
    limit = serializers.IntegerField(
        default=USUAL_LENGTH, min_value=1, max_value=GREATEST_LENGTH, help_text="Rows of a page"
    )


@dataclass(frozen=True)
class Page(Generic[M]):
    rows: list[M]
    headers: dict[str, str]


def page_of(request: Request, rows: QuerySet[M], *, newest_first: bool = False) -> Page[M]:
    """Cut the page that is asked for out of rows, by the time they came; an unknown `after` gives none."""
    form = PageForm(data=request.query_params)
    form.is_valid(raise_exception=True)
    after, limit = form.validated_data.get("after"), form.validated_data["limit"]
    if after is not None:
        rows = _behind(rows, after, newest_first=newest_first)
    order = ("-created_at", "-id") if newest_first else ("created_at", "id")
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return Page(found, {})
    query = urlencode({"after": found[limit - 1].pk, "limit": limit})
    return Page(found[:limit], {"Link": f'<{request.path}?{query}>; rel="next"'})


def _behind(rows: QuerySet[M], after: Any, *, newest_first: bool) -> QuerySet[M]:
    previous = rows.filter(pk=after).values("created_at").first()
    if previous is None:
        return rows.none()
    side = "lt" if newest_first else "gt"
    when = previous["created_at"]
    return rows.filter(Q(**{f"created_at__{side}": when}) | Q(created_at=when, **{f"id__{side}": after}))
