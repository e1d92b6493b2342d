"""Addresses of cases."""

from django.urls import path

from district.kernel.cases import pages

urlpatterns = [
    path("cases/<uuid:case_id>/", pages.case, name="case"),
    path("cases/<uuid:case_id>/contacts/", pages.contacts, name="case_contacts"),
]
