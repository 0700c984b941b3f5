"""Addresses of the API; each file of this package contributes its own."""

from django.urls import URLPattern, path
from drf_spectacular.views import SpectacularAPIView

from annotations.api.thumbnails import ThumbnailView

urlpatterns: list[URLPattern] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("mammograms/<uuid:mammogram_id>/thumbnail/", ThumbnailView.as_view(), name="api-thumbnail"),
]
