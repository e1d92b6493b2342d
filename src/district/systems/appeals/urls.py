"""Addresses under /appeals/."""

from django.urls import include, path

from district.systems.appeals.pages import analysis, desks

urlpatterns = [
    path("", desks.index, name="appeals"),
    path("desks/<slug:desk>/", desks.desk, name="appeals_desk"),
    path("daily-five/", analysis.five, name="appeals_five"),
    path("analysis/", analysis.month, name="appeals_analysis"),
    path("city/", include("district.systems.appeals.city.urls")),
    path("open311/", include("district.systems.appeals.open311.urls")),
]
