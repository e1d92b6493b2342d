"""The Django app of kernel part history."""

from importlib import import_module

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """Append-only, hash-chained events; sealer; outbox; personal fields."""

    name = "district.kernel.history"
    label = "kernel_history"

    def ready(self) -> None:
        import_module("district.kernel.history.declare")
        import_module("district.kernel.history.jobs")
