from django.contrib import admin
from django.urls import include, path, re_path

from webapp.earlier_static import earlier_static
from webapp.health import health

urlpatterns = [
    path("health/", health, name="health"),
    re_path(r"^static/[0-9a-f]{12}/(?P<path>.+)$", earlier_static, name="earlier-static"),
    path("admin/", admin.site.urls),
    path("", include("annotations.urls")),
]
