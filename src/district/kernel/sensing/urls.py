"""Addresses of sensing."""

from django.urls import include, path

from district.kernel.sensing import pages

urlpatterns = [
    path("sensorthings/v1.1/", include("district.kernel.sensing.api.urls")),
    path("sensing/things/", pages.things, name="sensing_things"),
    path("sensing/things/new/", pages.thing_new, name="sensing_thing_new"),
    path("sensing/things/<int:key>/", pages.thing, name="sensing_thing"),
    path("sensing/things/<int:key>/retire/", pages.thing_retire, name="sensing_thing_retire"),
    path("sensing/things/<int:key>/change/", pages.thing_edit, name="sensing_thing_edit"),
    path(
        "sensing/things/<int:key>/datastreams/new/",
        pages.datastream_new,
        name="sensing_datastream_new",
    ),
    path("sensing/datastreams/", pages.datastreams, name="sensing_datastreams"),
    path("sensing/datastreams/<int:key>/", pages.datastream, name="sensing_datastream"),
    path(
        "sensing/datastreams/<int:key>/change/",
        pages.datastream_edit,
        name="sensing_datastream_edit",
    ),
    path(
        "sensing/datastreams/<int:key>/retire/",
        pages.datastream_retire,
        name="sensing_datastream_retire",
    ),
    path("sensing/map/", pages.latest_map, name="sensing_map"),
    path("sensing/map.json", pages.latest_map_data, name="sensing_map_data"),
    path("sensing/quarantine/", pages.quarantined, name="sensing_quarantine"),
    path("sensing/sources/", pages.sources, name="sensing_sources"),
    path("sensing/sources/new/", pages.source_new, name="sensing_source_new"),
    path("sensing/sources/<int:key>/", pages.source, name="sensing_source"),
    path("sensing/sources/<int:key>/change/", pages.source_edit, name="sensing_source_edit"),
    path("sensing/sources/<int:key>/secret/", pages.credential_issue, name="sensing_secret_new"),
    path(
        "sensing/sources/<int:key>/rotate/", pages.credential_rotate, name="sensing_secret_rotate"
    ),
    path("sensing/sources/<int:key>/suspend/", pages.source_suspend, name="sensing_source_suspend"),
    path("sensing/sources/<int:key>/resume/", pages.source_resume, name="sensing_source_resume"),
    path(
        "sensing/secrets/<uuid:credential>/revoke/",
        pages.credential_revoke,
        name="sensing_secret_revoke",
    ),
]
