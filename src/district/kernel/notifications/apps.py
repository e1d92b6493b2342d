"""The Django app of kernel part notifications."""

from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages to members, in the product and through Apprise."""

    name = "district.kernel.notifications"
    label = "kernel_notifications"

    def ready(self) -> None:
        import_module("district.kernel.notifications.declare")
        import_module("district.kernel.notifications.jobs")
