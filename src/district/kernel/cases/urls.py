"""Addresses of cases."""

from django.urls import path

from district.kernel.cases import pages

urlpatterns = [
    path("cases/<uuid:case_id>/", pages.case, name="case"),
    path("cases/<uuid:case_id>/contacts/", pages.contacts, name="case_contacts"),
    path("cases/<uuid:case_id>/attachments/", pages.attachments, name="case_attachments"),
    path(
        "cases/<uuid:case_id>/attachments/<uuid:attachment_id>/",
        pages.attachment,
        name="case_attachment",
    ),
    path(
        "cases/<uuid:case_id>/attachments/<uuid:attachment_id>/small/",
        pages.attachment_small,
        name="case_attachment_small",
    ),
    path(
        "cases/<uuid:case_id>/attachments/<uuid:attachment_id>/remove/",
        pages.attachment_remove,
        name="case_attachment_remove",
    ),
]
