"""The API's description covers every route and comes without a warning."""

import pytest
from django.test import Client
from django.urls import URLPattern
from drf_spectacular import drainage
from drf_spectacular.generators import SchemaGenerator

from annotations.api.urls import urlpatterns


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    drainage.reset_generator_stats()
    return SchemaGenerator().get_schema(request=None, public=True)


def test_schema_is_generated_without_a_warning(schema: dict[str, object]) -> None:
    problems = {**drainage.GENERATOR_STATS._warn_cache, **drainage.GENERATOR_STATS._error_cache}

    assert problems == {}


@pytest.mark.parametrize(
    "route", [route for route in urlpatterns if route.name != "api-schema"], ids=lambda route: route.name
)
def test_schema_knows_every_route(schema: dict[str, object], route: URLPattern) -> None:
    pattern = str(route.pattern)
    for converter in ("uuid:", "slug:", "int:", "str:"):
        pattern = pattern.replace(converter, "")
    path = "/api/" + pattern.replace("<", "{").replace(">", "}")

    assert path in schema["paths"]


def test_every_operation_says_what_it_does(schema: dict[str, object]) -> None:
    silent = [
        f"{method} {path}"
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if not operation.get("description")
    ]

    assert silent == []


def test_schema_is_served(schema: dict[str, object], client: Client) -> None:
    response = client.get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json")

    assert response.status_code == 200
    assert response.json()["paths"].keys() == schema["paths"].keys()
