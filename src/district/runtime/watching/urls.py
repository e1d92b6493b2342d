"""Addresses for monitors."""

from django.urls import path

from district.runtime.watching import pages

urlpatterns = [
    path("health/live", pages.live, name="health_live"),
    path("health/ready", pages.ready, name="health_ready"),
    path("metrics", pages.metrics, name="metrics"),
]
