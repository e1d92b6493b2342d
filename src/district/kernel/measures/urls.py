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
    path("measures/<str:key>/", pages.measure, name="measure"),
    path("measures/<str:key>/revise/<uuid:value_id>/", pages.revise, name="measure_revise"),
]
