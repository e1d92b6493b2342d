"""Addresses of the product, with those of the tests' desks."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path

from district.conf.urls import urlpatterns as product
from district.kernel.cases.pages import desk_view


def _desk(request: HttpRequest, key: str) -> HttpResponseBase:
    return desk_view(request, "request", key, base_url="/desks/")


urlpatterns = [*product, path("desks/<str:key>/", _desk, name="tests_desk")]
