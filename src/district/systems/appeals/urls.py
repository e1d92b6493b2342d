"""Addresses under /appeals/."""

from django.urls import include, path

from district.systems.appeals.pages import analysis, desks, public_map, report, status

urlpatterns = [
    path("", desks.index, name="appeals"),
    path("desks/<slug:desk>/", desks.desk, name="appeals_desk"),
    path("daily-five/", analysis.five, name="appeals_five"),
    path("analysis/", analysis.month, name="appeals_analysis"),
    path("city/", include("district.systems.appeals.city.urls")),
    path("open311/", include("district.systems.appeals.open311.urls")),
    # Without a log-in.
    path("report/", report.report, name="appeals_report"),
    path("status/", status.status, name="appeals_status"),
    path("map/", public_map.public_map, name="appeals_map"),
    path("map/streets.json", public_map.shapes, name="appeals_shapes"),
]
