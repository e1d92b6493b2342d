"""The Django app of kernel part base."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """What every kernel part shares; it has no tables."""

    name = "district.kernel.base"
    label = "kernel_base"
