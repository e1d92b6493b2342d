"""Addresses of the interface."""

from django.urls import path, re_path

from district.kernel.sensing.api import views

urlpatterns = [
    path("", views.root, name="sensorthings_root"),
    re_path(r"^(?P<address>.+)$", views.resource, name="sensorthings"),
]
