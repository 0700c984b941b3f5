"""Addresses of the pages; one template per view file, same name."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
