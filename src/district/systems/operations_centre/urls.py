"""Addresses under /operations_centre/."""

from django.urls import include, path

urlpatterns = [
    path("", include("district.systems.operations_centre.board.urls")),
    path("duty/", include("district.systems.operations_centre.duty.urls")),
]
