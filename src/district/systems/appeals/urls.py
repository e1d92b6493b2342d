"""Addresses under /appeals/."""

from django.urls import include, path

from district.systems.appeals.pages import desks

urlpatterns = [
    path("", desks.index, name="appeals"),
    path("desks/<slug:desk>/", desks.desk, name="appeals_desk"),
    path("city/", include("district.systems.appeals.city.urls")),
    path("open311/", include("district.systems.appeals.open311.urls")),
]
