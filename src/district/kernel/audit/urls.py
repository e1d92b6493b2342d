"""Addresses of the audit pages."""

from django.urls import path

from district.kernel.audit import pages

app_name = "audit"
urlpatterns = [
    path("history/", pages.history, name="history"),
    path("history/verify/", pages.verify, name="verify"),
    path("history/<str:type_>/<str:id_>/", pages.subject, name="subject"),
]
