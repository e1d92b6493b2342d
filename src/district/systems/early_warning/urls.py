"""Addresses under /early_warning/."""

from district.systems.early_warning.coverage_urls import urlpatterns as coverage

urlpatterns = [*coverage]
