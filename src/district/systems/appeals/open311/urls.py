"""Addresses under /appeals/open311/; the standard's own words with the format as a suffix."""

from django.urls import re_path

from district.systems.appeals.open311 import views

_FORM = r"(?:\.(?P<form>json|xml))?$"

urlpatterns = [
    re_path(r"^(?:v2/)?discovery" + _FORM, views.discovery, name="open311_discovery"),
    re_path(r"^v2/services\.(?P<form>json|xml)$", views.services, name="open311_services"),
    re_path(r"^v2/services/(?P<code>[^/]+?)" + _FORM, views.service, name="open311_service"),
    re_path(r"^v2/requests\.(?P<form>json|xml)$", views.requests, name="open311_requests"),
    re_path(r"^v2/requests/(?P<number>[^/]+?)" + _FORM, views.one_request, name="open311_request"),
    re_path(r"^v2/tokens/(?P<token>[^/]+?)" + _FORM, views.token, name="open311_token"),
]
