"""The Django app of kernel part places."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Areas and coordinate systems."""

    name = "district.kernel.places"
    label = "kernel_places"
