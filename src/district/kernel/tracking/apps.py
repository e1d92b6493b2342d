"""The Django app of kernel part tracking."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Owner, clock, light, urging."""

    name = "district.kernel.tracking"
    label = "kernel_tracking"
