"""Addresses of sensing."""

from django.urls import include, path

urlpatterns = [
    path("sensorthings/v1.1/", include("district.kernel.sensing.api.urls")),
]
