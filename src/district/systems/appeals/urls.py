"""Addresses under /appeals/."""

from django.urls import path

from district.systems.appeals.pages import desks, public_map, report, status

urlpatterns = [
    path("", desks.index, name="appeals"),
    path("desks/<slug:desk>/", desks.desk, name="appeals_desk"),
    # Without a log-in.
    path("report/", report.report, name="appeals_report"),
    path("status/", status.status, name="appeals_status"),
    path("map/", public_map.public_map, name="appeals_map"),
    path("map/streets.json", public_map.shapes, name="appeals_shapes"),
]
