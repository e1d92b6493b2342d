"""Addresses of measures and filings."""

from django.urls import path

from district.kernel.measures import pages

urlpatterns = [
    path("filings/", pages.desk, name="filings"),
    path("filings/<uuid:filing_id>/", pages.filing, name="filing"),
    path("filings/<uuid:filing_id>/evidence/", pages.evidence_add, name="filing_evidence_add"),
    path("filings/evidence/<uuid:evidence_id>/", pages.evidence, name="filing_evidence"),
    path(
        "filings/evidence/<uuid:evidence_id>/remove/",
        pages.evidence_remove,
        name="filing_evidence_remove",
    ),
    path("measures/", pages.measures, name="measures"),
    path("measures/new/", pages.editing.new, name="measure_new"),
    path("measures/<str:key>/", pages.measure, name="measure"),
    path("measures/<str:key>/changes/", pages.changes, name="measure_changes"),
    path("measures/<str:key>/change/", pages.editing.change, name="measure_change"),
    path("measures/<str:key>/end/", pages.editing.end, name="measure_end"),
    path("measures/<str:key>/restart/", pages.editing.restart, name="measure_restart"),
    path("measures/<str:key>/duties/new/", pages.duties.new, name="duty_new"),
    path("measures/<str:key>/duties/<uuid:duty_id>/", pages.duties.change, name="duty_change"),
    path("measures/<str:key>/duties/<uuid:duty_id>/end/", pages.duties.end, name="duty_end"),
    path(
        "measures/<str:key>/duties/<uuid:duty_id>/restart/",
        pages.duties.restart,
        name="duty_restart",
    ),
    path("measures/<str:key>/revise/<uuid:value_id>/", pages.revise, name="measure_revise"),
]
