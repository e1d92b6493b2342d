"""What warnings declare: rights, kinds of events, lights, registers, navigation."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from district.kernel.base.district_files import declare_demo, declare_district_file
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    actor_of,
    declare_action,
    for_whoever_may,
    grants,
    permitted_somewhere,
)
from district.kernel.tracking.public import (
    Ladder,
    LightPolicy,
    declare_ladder,
    declare_light_policy,
)
from district.kernel.warnings import names
from district.kernel.warnings.services.catalogue import load_catalogue_file
from district.ui.front import PublicEntry, declare_public_entry

# Who sits at a unit's desk: the duty officers, and where a unit has none its officers and head.
_DESK = (Role.DUTY_OFFICER, Role.OFFICER, Role.UNIT_HEAD)
_ON_DUTY = (Role.DUTY_OFFICER, Role.LEADER)
declare_action(Action(names.VIEW, _("查看预警"), grants("any", *EVERY_ROLE), system=True))
declare_action(Action(names.RECEIVE, _("接收预警报文"), system=True))
declare_action(Action(names.RUN, _("推进预警叫应和失效"), system=True))
# What comes in is the district's: its own desk enters, changes and lifts it.
declare_action(Action(names.ENTER, _("录入和解除上级预警"), grants("unit", *_ON_DUTY)))
declare_action(Action(names.ACKNOWLEDGE, _("应答预警"), grants("self", *EVERY_ROLE)))
declare_action(
    Action(
        names.RECORD,
        _("登记预警电话应答"),
        grants("unit", *_DESK) + grants("centre", *_DESK),
    )
)
declare_action(
    Action(
        names.VIEW_DRAFT,
        _("查看预警拟稿"),
        grants("any", Role.LEADER, Role.AUDITOR) + grants("subtree", *_DESK),
    )
)
declare_action(Action(names.WRITE_DRAFT, _("拟定预警"), grants("unit", *_DESK), system=True))
declare_action(Action(names.APPROVE, _("审批和发布预警"), grants("any", Role.LEADER)))
declare_action(
    Action(
        names.VIEW_UNFIT,
        _("查看未采用的预警报文"),
        grants("any", Role.ADMINISTRATOR, Role.LEADER, Role.AUDITOR)
        + grants("unit", Role.DUTY_OFFICER),
    )
)
declare_action(Action(names.SETTLE_UNFIT, _("处理未采用的预警报文"), grants("unit", *_ON_DUTY)))
declare_action(Action(names.MANAGE_SOURCES, _("管理预警来源"), grants("any", Role.ADMINISTRATOR)))
declare_action(
    Action(names.LOAD_CATALOGUE, _("载入预警目录"), grants("any", Role.ADMINISTRATOR), system=True)
)

for _key, _label in (
    ("alert.opened", _("预警生效")),
    ("alert.updated", _("预警更新")),
    ("alert.cancelled", _("预警解除")),
    ("alert.expired", _("预警到期失效")),
    ("line.called", _("叫应单位")),
    ("line.rung", _("逐级上呼")),
    ("line.topped", _("上呼到顶，仍无人应答")),
    ("line.acknowledged", _("应答预警")),
    ("line.ended", _("不再需要应答")),
    ("draft.made", _("拟定预警")),
    ("draft.changed", _("修改预警拟稿")),
    ("draft.submitted", _("提交预警审批")),
    ("draft.returned", _("退回预警拟稿")),
    ("draft.withdrawn", _("作废预警拟稿")),
    ("draft.issued", _("批准并发布预警")),
    ("unfit.kept", _("预警报文未采用")),
    ("unfit.settled", _("处理未采用的报文")),
    ("source.saved", _("保存预警来源")),
    ("key.created", _("签发来源令牌")),
    ("key.revoked", _("吊销来源令牌")),
    ("catalogue.loaded", _("载入预警目录")),
):
    declare_kind(f"warnings.{_key}", _label)

declare_light_policy(names.LINE_SUBJECT, LightPolicy(yellow_share=Decimal("0.5")))
# A line rises by the minute, by steps of its own (catalogue.toml): nobody is urged twice.
declare_ladder(Ladder(names.LADDER, ()))
declare_district_file("warnings", load_catalogue_file)

import_module("district.kernel.warnings.tables")


def _drafts(request: HttpRequest) -> bool:
    actor = actor_of(request)
    return permitted_somewhere(actor, names.VIEW_DRAFT) or permitted_somewhere(actor, names.APPROVE)


declare_section(Section("warnings", pgettext_lazy("清单", "预警"), 17))
declare(
    NavItem(
        "warnings.warnings",
        _("生效中的预警"),
        "warnings",
        "alert-octagon",
        "warnings",
        10,
        visible=for_whoever_may(names.VIEW),
    )
)
declare(
    NavItem(
        "warnings.drafts",
        _("预警发布"),
        "warnings_drafts",
        "speakerphone",
        "warnings",
        20,
        visible=_drafts,
    )
)
declare(
    NavItem(
        "warnings.sources",
        _("预警来源"),
        "warnings_sources",
        "plug-connected",
        "system",
        60,
        visible=for_whoever_may(names.MANAGE_SOURCES),
    )
)
declare_public_entry(
    PublicEntry(
        "warnings",
        _("生效中的预警"),
        "warnings_public",
        "alert-octagon",
        _("气象等部门和本区发布、现在生效的预警"),
        order=5,
    )
)

from district.kernel.warnings.demo import play  # noqa: E402  # needs what is declared above

declare_demo("warnings", play)
