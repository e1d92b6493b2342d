"""The Django app of kernel part sensing."""

from django.apps import AppConfig


class SensingConfig(AppConfig):
    """Readings, the rules that read them, and the episodes that rules raise."""

    name = "district.kernel.sensing"
    label = "kernel_sensing"
