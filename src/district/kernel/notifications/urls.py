"""Addresses of notifications."""

from django.urls import path

from district.kernel.notifications import pages

urlpatterns = [
    path("notifications/", pages.notifications, name="notifications"),
    path("notifications/read/", pages.read_all, name="notifications_read_all"),
    path(
        "notifications/<uuid:notification_id>/", pages.open_notification, name="notification_open"
    ),
    path("notifications/<uuid:notification_id>/read/", pages.read, name="notification_read"),
    path("me/channels/", pages.channels, name="channels"),
    path("me/channels/<uuid:channel_id>/test/", pages.send_test, name="channel_test"),
    path("me/channels/<uuid:channel_id>/remove/", pages.remove, name="channel_remove"),
]
