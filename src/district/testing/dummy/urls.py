"""Addresses under /dummy/."""

from django.urls import path

from district.testing.dummy import pages

urlpatterns = [
    path("", pages.lamps, name="dummy_lamps"),
    path("lamps/<uuid:lamp_id>/", pages.lamp, name="dummy_lamp"),
    path("lamps/<uuid:lamp_id>/report/", pages.report, name="dummy_report"),
    path("faults/<uuid:fault_id>/repair/", pages.repair, name="dummy_repair"),
]
