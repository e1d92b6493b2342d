"""Addresses under /disputes/."""

from django.urls import path

from district.systems.disputes.pages import cases, desks

urlpatterns = [
    path("", desks.index, name="disputes"),
    path("figures/", desks.figures, name="disputes_figures"),
    path("<slug:type_key>/desks/<slug:desk>/", desks.desk, name="disputes_desk"),
    path("new/<slug:type_key>/", cases.new, name="disputes_new"),
    path("cases/<uuid:case_id>/", cases.file, name="disputes_file"),
    path("cases/<uuid:case_id>/parties/", cases.parties, name="disputes_parties"),
    path("cases/<uuid:case_id>/party/", cases.party, name="disputes_party"),
    path("cases/<uuid:case_id>/document/", cases.document, name="disputes_document"),
    path("cases/<uuid:case_id>/carry/<slug:type_key>/", cases.carry_on, name="disputes_carry"),
    path("documents/<uuid:document_id>/", cases.download, name="disputes_download"),
]
