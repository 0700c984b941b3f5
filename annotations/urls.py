"""Every address of the product; pages first, then the API under /api/."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("annotations.api.urls")),
    path("", include("annotations.views.urls")),
]
