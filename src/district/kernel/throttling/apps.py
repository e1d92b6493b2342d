"""The Django app of kernel part throttling."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class ThrottlingConfig(AppConfig):
    """Counters of who does how much without a log-in."""

    name = "district.kernel.throttling"
    label = "kernel_throttling"

    def ready(self) -> None:
        """Refuse to start with limits that cannot be read."""
        from district.kernel.throttling.rules import parse_rates

        parse_rates(settings.DISTRICT_RATES)
        import_module("district.kernel.throttling.jobs")
