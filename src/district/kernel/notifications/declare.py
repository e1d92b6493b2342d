"""What notifications declares: its actions and the kinds of events that it records."""

from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import EVERY_ROLE, Action, declare_action, grants

declare_action(
    Action("notifications.notification.read", _("阅读消息"), grants("self", *EVERY_ROLE))
)
declare_action(
    Action("notifications.channel.manage", _("管理接收渠道"), grants("self", *EVERY_ROLE))
)
declare_kind("notifications.channel.added", _("添加接收渠道"))
declare_kind("notifications.channel.removed", _("删除接收渠道"))
