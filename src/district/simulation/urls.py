"""Addresses of the simulation; outside a demo they answer as if they were not there."""

from django.urls import path

from district.simulation import pages

urlpatterns = [
    path("simulation/", pages.index, name="simulation"),
    path("simulation/start/<slug:kind>/", pages.start, name="simulation_start"),
    path("simulation/<uuid:key>/", pages.one, name="simulation_scenario"),
    path("simulation/<uuid:key>/stop/", pages.stop, name="simulation_stop"),
]
