"""What other parts may use of notifications."""

from district.kernel.notifications.models import Notification, Urgency
from district.kernel.notifications.selectors import notifications_of, unread_count
from district.kernel.notifications.services import (
    mark_all_read,
    mark_read,
    mark_settled,
    notify,
)

__all__ = [
    "Notification",
    "Urgency",
    "mark_all_read",
    "mark_read",
    "mark_settled",
    "notifications_of",
    "notify",
    "unread_count",
]
