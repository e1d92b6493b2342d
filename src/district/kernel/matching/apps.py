"""The Django app of kernel part matching."""

from importlib import import_module

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Supply and demand by stated conditions."""

    name = "district.kernel.matching"
    label = "kernel_matching"

    def ready(self) -> None:
        import_module("district.kernel.matching.jobs")
