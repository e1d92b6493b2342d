"""Addresses under /appeals/."""

from django.urls import path

from district.systems.appeals.pages import desks

urlpatterns = [
    path("", desks.index, name="appeals"),
    path("desks/<slug:desk>/", desks.desk, name="appeals_desk"),
]
