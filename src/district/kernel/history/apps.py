"""The Django app of kernel part history."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """Append-only, hash-chained events; sealer; outbox; personal fields."""

    name = "district.kernel.history"
    label = "kernel_history"
