"""What organisation declares: its actions and the kinds of events that it records."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from district.kernel.base import navigation
from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem
from district.kernel.history.public import declare_kind
from district.kernel.organisation.actions import declare_action
from district.kernel.organisation.rules import EVERY_ROLE, Action, Role, grants
from district.kernel.organisation.services import load_sign_in_file

_MANAGES = grants("subtree", Role.ADMINISTRATOR)

declare_action(
    Action("organisation.unit.view", _("查看单位"), grants("any", *EVERY_ROLE), system=True)
)
declare_action(
    Action(
        "organisation.unit.load", _("载入单位表"), grants("any", Role.ADMINISTRATOR), system=True
    )
)
declare_action(
    Action("organisation.member.view", _("查看成员"), grants("any", *EVERY_ROLE), system=True)
)
declare_action(
    Action(
        "organisation.member.view_phone",
        _("查看成员联系电话"),
        grants("any", Role.LEADER, Role.PLANNER, Role.SUPERVISOR, Role.DUTY_OFFICER)
        + grants("subtree", Role.ADMINISTRATOR, Role.UNIT_HEAD)
        + grants("self", *EVERY_ROLE),
    )
)
declare_action(Action("organisation.member.create", _("新增成员"), _MANAGES, system=True))
declare_action(Action("organisation.member.change", _("修改成员资料"), _MANAGES, system=True))
declare_action(
    Action(
        "organisation.member.change_phone",
        _("修改成员联系电话"),
        _MANAGES + grants("self", *EVERY_ROLE),
        system=True,
    )
)
declare_action(Action("organisation.member.assign", _("任命和免去角色"), _MANAGES, system=True))
declare_action(Action("organisation.member.deactivate", _("停用和恢复成员"), _MANAGES, system=True))
declare_action(Action("organisation.member.set_password", _("重置密码"), _MANAGES, system=True))
declare_action(
    Action(
        "organisation.member.change_own_password", _("修改自己的密码"), grants("self", *EVERY_ROLE)
    )
)
declare_action(
    Action(
        "organisation.sign_in.load",
        _("载入登录设置"),
        grants("any", Role.ADMINISTRATOR),
        system=True,
    )
)
declare_district_file("sign_in", load_sign_in_file)

declare_kind("organisation.unit.created", _("新增单位"))
declare_kind("organisation.unit.changed", _("修改单位"))
declare_kind("organisation.unit.retired", _("停用单位"))
declare_kind("organisation.member.created", _("新增成员"))
declare_kind("organisation.member.changed", _("修改成员资料"))
declare_kind("organisation.member.phone_changed", _("修改联系电话"))
declare_kind("organisation.member.assigned", _("任命角色"))
declare_kind("organisation.member.assignment_ended", _("免去角色"))
declare_kind("organisation.member.deactivated", _("停用成员"))
declare_kind("organisation.member.reactivated", _("恢复成员"))
declare_kind("organisation.member.password_set", _("重置密码"))
declare_kind("organisation.member.password_changed", _("修改密码"))
declare_kind("organisation.member.unlocked", _("解除登录锁定"))
declare_kind("organisation.sign_in.set", _("载入登录设置"))

navigation.declare(
    NavItem(
        "organisation.units",
        pgettext_lazy("清单", "单位"),
        "units",
        "building-community",
        "base",
        10,
        "u",
    )
)
navigation.declare(
    NavItem(
        "organisation.members", pgettext_lazy("清单", "成员"), "members", "users", "base", 20, "m"
    )
)
navigation.declare(NavItem("organisation.me", _("我的资料"), "me", "user", "system", 90))
