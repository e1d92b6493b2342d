"""The Django app of kernel part places."""

from importlib import import_module

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Areas and coordinate systems."""

    name = "district.kernel.places"
    label = "kernel_places"

    def ready(self) -> None:
        import_module("district.kernel.places.declare")
