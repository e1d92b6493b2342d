"""The Django app of kernel part alarms."""

from importlib import import_module

from django.apps import AppConfig


class AlarmsConfig(AppConfig):
    """Rules over readings, episodes, and the cases that they become."""

    name = "district.kernel.alarms"
    label = "kernel_alarms"

    def ready(self) -> None:
        import_module("district.kernel.alarms.declare")
