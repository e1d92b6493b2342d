"""Addresses of registers and of the API."""

from django.urls import path

from district.kernel.registers import import_pages, pages, reasons
from district.kernel.registers.api import api

urlpatterns = [
    path("registers/<str:key>/", pages.register_list, name="register_list"),
    path("registers/<str:key>/map/", pages.register_map, name="register_map"),
    path("registers/<str:key>/map.json", pages.register_geojson, name="register_geojson"),
    path("registers/<str:key>/reason/", reasons.give_reason, name="register_export_reason"),
    path("registers/<str:key>/import/", import_pages.upload, name="register_import"),
    path(
        "registers/<str:key>/import/template/",
        import_pages.template,
        name="register_import_template",
    ),
    path("registers/<str:key>/import/<uuid:run_id>/", import_pages.run, name="register_import_run"),
    path(
        "registers/<str:key>/import/<uuid:run_id>/commit/",
        import_pages.commit,
        name="register_import_commit",
    ),
    path("registers/<str:key>/row/<path:row_id>/", pages.register_detail, name="register_detail"),
    path("api/", api.urls),
]
