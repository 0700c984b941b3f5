"""Who may call a route stands beside the route, where whoever reads or changes it sees it."""

from django.urls import URLPattern
from rest_framework.permissions import AllowAny

from annotations.api.urls import urlpatterns

# The schema describes the routes, which are no secret, and holds nothing of anybody; who logs in is a
# stranger until then.
OPEN_TO_STRANGERS = ["api-schema", "api-session-log-in"]


def _permissions(route: URLPattern) -> list[type] | None:
    """Return what the view class states itself; what it inherits does not count."""
    return vars(route.callback.cls).get("permission_classes")


def test_every_api_view_states_who_may_call_it() -> None:
    silent = [route.name for route in urlpatterns if not _permissions(route)]

    assert silent == []


def test_only_the_schema_and_the_log_in_are_open_to_strangers() -> None:
    open_routes = [route.name for route in urlpatterns if AllowAny in (_permissions(route) or [])]

    assert open_routes == OPEN_TO_STRANGERS
