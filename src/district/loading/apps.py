"""The Django app of the loader: it has no tables, only kinds of events with their labels."""

from importlib import import_module

from django.apps import AppConfig


class LoadingConfig(AppConfig):
    """Loads a district from a folder of data."""

    name = "district.loading"
    label = "loading"

    def ready(self) -> None:
        import_module("district.loading.declare")
