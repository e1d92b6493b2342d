"""The Django app of kernel part tracking."""

from importlib import import_module

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Owner, clock, light, urging."""

    name = "district.kernel.tracking"
    label = "kernel_tracking"

    def ready(self) -> None:
        import_module("district.kernel.tracking.declare")
        import_module("district.kernel.tracking.jobs")
