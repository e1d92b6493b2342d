"""Addresses of the shell itself."""

from django.urls import path

from district.ui import pages

urlpatterns = [
    path("", pages.public, name="public"),
    path("home/", pages.home, name="home"),
    path("login/", pages.Login.as_view(), name="login"),
    path("logout/", pages.logout, name="logout"),
    path("scheme/", pages.scheme, name="scheme"),
    path("healthz", pages.healthz, name="healthz"),
    path("ui/components/", pages.components, name="ui_components"),
]
