"""The Django app of kernel part matching."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Supply and demand by stated conditions."""

    name = "district.kernel.matching"
    label = "kernel_matching"
