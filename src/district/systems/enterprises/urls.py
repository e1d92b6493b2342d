"""Addresses under /enterprises/."""

from django.urls import path

from district.systems.enterprises.pages import details, lists

urlpatterns = [
    path("", lists.index, name="enterprises"),
    path("<uuid:enterprise_id>/", details.enterprise, name="enterprises_enterprise"),
]
