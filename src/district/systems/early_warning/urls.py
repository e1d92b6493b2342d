"""Addresses under /early_warning/."""

from typing import Any

from django.urls import path

from district.systems.early_warning.coverage_urls import urlpatterns as coverage
from district.systems.early_warning.pages import (
    cases,
    forest,
    gas,
    missions,
    roads,
    screen,
    water,
)

urlpatterns: list[Any] = [
    *coverage,
    path("", screen.index, name="early_warning"),
    path("missions/", missions.index, name="early_warning_missions"),
    path("missions/<uuid:mission_id>/", missions.mission, name="early_warning_mission"),
    path("missions/<uuid:mission_id>/act/", missions.act, name="early_warning_mission_act"),
    path("missions/<uuid:mission_id>/warn/", missions.warn, name="early_warning_mission_warn"),
    path(
        "missions/<uuid:mission_id>/photos/<uuid:photo_id>/",
        missions.photo,
        name="early_warning_photo",
    ),
    path(
        "missions/<uuid:mission_id>/photos/<uuid:photo_id>/small/",
        missions.photo_small,
        name="early_warning_photo_small",
    ),
    path("front_ends/", forest.front_ends, name="early_warning_front_ends"),
    path("front_ends/<uuid:key>/", forest.front_end, name="early_warning_front_end"),
    path("nests/", forest.nests, name="early_warning_nests"),
    path("nests/<uuid:key>/", forest.nest, name="early_warning_nest"),
    path("stations/", water.stations, name="early_warning_stations"),
    path("stations/<uuid:key>/", water.station, name="early_warning_station"),
    path(
        "stations/<uuid:key>/inputs/<uuid:input_id>/drop/",
        water.input_drop,
        name="early_warning_input_drop",
    ),
    path("inputs/", water.inputs, name="early_warning_inputs"),
    path("forecasts/", water.forecasts, name="early_warning_forecasts"),
    path("roads/", roads.index, name="early_warning_roads"),
    path("surveys/", roads.surveys, name="early_warning_surveys"),
    path("surveys/new/", roads.survey_new, name="early_warning_survey_new"),
    path("surveys/<uuid:key>/", roads.survey, name="early_warning_survey"),
    path("surveys/<uuid:key>/match/", roads.match, name="early_warning_survey_match"),
    path("voids/", roads.voids, name="early_warning_voids"),
    path("voids/<uuid:key>/", roads.void, name="early_warning_void"),
    path("gas_points/", gas.index, name="early_warning_gas_points"),
    path("gas_points/<uuid:key>/", gas.gas_point, name="early_warning_gas_point"),
    path("fires/", cases.fires, name="early_warning_fires"),
    path("cases/<slug:type_key>/<slug:desk>/", cases.desk, name="early_warning_desk"),
]
