from uuid import UUID

from django.http import HttpRequest


def uuids_in_query(request: HttpRequest, name: str) -> list[UUID]:
    """Return the id under a name in the address as a list of one; an empty list where there is none."""
    try:
        return [UUID(request.GET.get(name, ""))]
    except ValueError:
        return []
