"""The Django app of kernel part notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages to members, in the product and through Apprise."""

    name = "district.kernel.notifications"
    label = "kernel_notifications"
