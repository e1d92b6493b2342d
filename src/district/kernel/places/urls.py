"""Addresses of places."""

from django.urls import path

from district.kernel.places import pages

urlpatterns = [
    path("places/", pages.places, name="places"),
    path("places/areas.geojson", pages.areas_geojson, name="areas_geojson"),
    path("places/map.json", pages.map_data, name="areas_map"),
]
