"""Addresses: every kernel part and every system in use brings its own `urls.py`."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

_KERNEL = (
    "history",
    "organisation",
    "signing_in",
    "audit",
    "places",
    "notifications",
    "tracking",
    "registers",
    "measures",
    "plan",
    "cases",
    "warnings",
    "sensing",
    "alarms",
    "supervision",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
]
# Systems first: one look at the key decides, where every pattern of the kernel is tried in turn.
urlpatterns += [
    path(f"{system.key}/", include(f"{system.package}.urls"))
    for system in settings.SYSTEMS
    if find_spec(f"{system.package}.urls")
]
_PARTS = ["district.runtime.watching", "district.ui"]
_PARTS += [*(f"district.kernel.{part}" for part in _KERNEL), "district.simulation"]
urlpatterns += [path("", include(f"{part}.urls")) for part in _PARTS if find_spec(f"{part}.urls")]

handler404 = "district.ui.pages.not_found"
handler500 = "district.ui.failures.server_error"
