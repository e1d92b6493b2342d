"""What sensing declares: rights, kinds of events, jobs, registers, where people find it."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.navigation import NavItem, declare
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import Action, Role, declare_action, grants
from district.kernel.sensing.names import (
    CATALOGUE,
    QUARANTINE_VIEW,
    SAVE,
    SOURCE_MANAGE,
    SOURCE_VIEW,
    VIEW,
    WRITE,
)
from district.kernel.sensing.pages import sees

_EVERYWHERE = grants("any", Role.ADMINISTRATOR, Role.PLANNER, Role.LEADER, Role.AUDITOR)
_THEIR_OWN = grants("subtree", Role.UNIT_HEAD, Role.OFFICER, Role.DUTY_OFFICER)
_KEEPERS = grants("any", Role.ADMINISTRATOR) + grants("subtree", Role.UNIT_HEAD, Role.OFFICER)
_MANAGERS = grants("any", Role.ADMINISTRATOR) + grants("subtree", Role.UNIT_HEAD)
declare_action(Action(VIEW, _("查看设备和观测值"), _EVERYWHERE + _THEIR_OWN, system=True))
declare_action(Action(SAVE, _("登记和修改设备、数据流"), _KEEPERS, system=True))
# Every unit's datastreams name them, so nobody changes them for all but the administrator.
declare_action(
    Action(
        CATALOGUE,
        _("修改共用的传感器和观测属性"),
        grants("any", Role.ADMINISTRATOR),
        system=True,
    )
)
declare_action(Action(SOURCE_VIEW, _("查看数据来源"), _EVERYWHERE + _THEIR_OWN, system=True))
declare_action(Action(SOURCE_MANAGE, _("管理数据来源和密钥"), _MANAGERS, system=True))
declare_action(Action(QUARANTINE_VIEW, _("查看隔离的观测"), _EVERYWHERE + _THEIR_OWN, system=True))
# Sources write, by their secrets; no member does.
declare_action(Action(WRITE, _("写入观测值"), (), system=True))

declare_kind("sensing.thing.added", _("登记设备"))
declare_kind("sensing.thing.changed", _("修改设备"))
declare_kind("sensing.location.added", _("登记地点"))
declare_kind("sensing.location.changed", _("修改地点"))
declare_kind("sensing.location.deleted", _("删除地点"))
declare_kind("sensing.datastream.added", _("登记数据流"))
declare_kind("sensing.datastream.changed", _("修改数据流"))
declare_kind("sensing.sensor.added", _("登记传感器"))
declare_kind("sensing.sensor.changed", _("修改传感器"))
declare_kind("sensing.sensor.deleted", _("删除传感器"))
declare_kind("sensing.property.added", _("登记观测属性"))
declare_kind("sensing.property.changed", _("修改观测属性"))
declare_kind("sensing.property.deleted", _("删除观测属性"))
declare_kind("sensing.feature.added", _("登记观测对象"))
declare_kind("sensing.feature.changed", _("修改观测对象"))
declare_kind("sensing.feature.deleted", _("删除观测对象"))
declare_kind("sensing.source.added", _("登记数据来源"))
declare_kind("sensing.source.changed", _("修改数据来源"))
declare_kind("sensing.credential.issued", _("签发来源密钥"))
declare_kind("sensing.credential.rotated", _("更换来源密钥"))
declare_kind("sensing.credential.revoked", _("吊销来源密钥"))

declare(
    NavItem(
        "sensing.things",
        _("设备与观测"),
        "sensing_things",
        icon="router",
        section="base",
        order=35,
        visible=sees,
    )
)
import_module("district.kernel.sensing.rates")
import_module("district.kernel.sensing.tables")
import_module("district.kernel.sensing.jobs")
