"""Addresses under /early_warning/coverage/."""

from django.urls import path

from district.systems.early_warning.pages import coverage, coverage_data, coverage_proposals

urlpatterns = [
    path("coverage/", coverage.index, name="coverage"),
    path("coverage/map.json", coverage.map_json, name="coverage_map"),
    path("coverage/map.svg", coverage.map_svg, name="coverage_picture"),
    path("coverage/data/", coverage_data.data, name="coverage_data"),
    path("coverage/settings/", coverage_data.settings, name="coverage_settings"),
    path("coverage/proposals/", coverage_proposals.index, name="coverage_proposals"),
    path("coverage/proposals/new/", coverage_proposals.new, name="coverage_proposal_new"),
    path(
        "coverage/proposals/<uuid:proposal_id>/",
        coverage_proposals.one,
        name="coverage_proposal",
    ),
    path(
        "coverage/proposals/<uuid:proposal_id>/map.json",
        coverage_proposals.map_json,
        name="coverage_proposal_map",
    ),
    path(
        "coverage/proposals/<uuid:proposal_id>/map.svg",
        coverage_proposals.map_svg,
        name="coverage_proposal_picture",
    ),
    path(
        "coverage/proposals/<uuid:proposal_id>/sites.geojson",
        coverage_proposals.geojson,
        name="coverage_proposal_geojson",
    ),
]
