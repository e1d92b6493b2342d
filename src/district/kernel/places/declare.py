"""What places declares: its actions and the kinds of events that it records."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from district.kernel.base import navigation
from district.kernel.base.navigation import NavItem
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import EVERY_ROLE, Action, Role, declare_action, grants

declare_action(Action("places.area.view", _("查看区域"), grants("any", *EVERY_ROLE), system=True))
declare_action(
    Action("places.area.load", _("导入区域图形"), grants("any", Role.ADMINISTRATOR), system=True)
)
declare_kind("places.area.created", _("新增区域"))
declare_kind("places.area.changed", _("修改区域"))
navigation.declare(
    NavItem("places.places", pgettext_lazy("清单", "区域"), "places", "map-2", "base", 30)
)
