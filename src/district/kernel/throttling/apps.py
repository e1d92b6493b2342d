"""The Django app of kernel part throttling."""

from importlib import import_module

from django.apps import AppConfig


class ThrottlingConfig(AppConfig):
    """Counters of who does how much without a log-in."""

    name = "district.kernel.throttling"
    label = "kernel_throttling"

    def ready(self) -> None:
        import_module("district.kernel.throttling.jobs")
