"""The Django app of kernel part search."""

from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Text search in Chinese."""

    name = "district.kernel.search"
    label = "kernel_search"

    def ready(self) -> None:
        import_module("district.kernel.search.jobs")
