"""Addresses under /enterprises/."""

from django.urls import path

from district.systems.enterprises.pages import details, doubling, imports, ladder, lists

urlpatterns = [
    path("", lists.index, name="enterprises"),
    path("new/", details.new, name="enterprises_new"),
    path("ladder/", ladder.ladder, name="enterprises_ladder"),
    path("doubling/", doubling.doubling, name="enterprises_doubling"),
    path("doubling/<slug:key>/", doubling.target, name="enterprises_doubling_target"),
    path("qualifications/", lists.qualifications, name="enterprises_qualifications"),
    path("imports/", imports.index, name="enterprises_imports"),
    path("imports/new/", imports.upload, name="enterprises_import"),
    path("imports/<uuid:run_id>/", imports.run, name="enterprises_import_run"),
    path("imports/<uuid:run_id>/rejected.csv", imports.rejected, name="enterprises_rejected"),
    path("<uuid:enterprise_id>/", details.enterprise, name="enterprises_enterprise"),
    path("<uuid:enterprise_id>/change/", details.change, name="enterprises_change"),
    path("<uuid:enterprise_id>/qualify/", details.qualify, name="enterprises_qualify"),
]
