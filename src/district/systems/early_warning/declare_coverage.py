"""What coverage declares: rights, kinds of events, registers, its measure."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import MeasureSpec, declare_measure
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    declare_action,
    grants,
)
from district.systems.early_warning.coverage import names
from district.systems.early_warning.selectors.coverage import covered_share
from district.systems.early_warning.services.coverage_data import load_coverage

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
# Where cameras do not look is nothing for everybody: viewers are left out.
_WATCHERS = tuple(role for role in EVERY_ROLE if role != Role.VIEWER)
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看林区覆盖"), grants("any", *_WATCHERS), False),
    (
        names.MANAGE,
        _("维护林区覆盖的数据和设定"),
        grants("any", Role.ADMINISTRATOR) + grants("unit", *_POSTS),
        True,
    ),
    (
        names.PROPOSE,
        _("提出布点建议"),
        grants("any", Role.PLANNER) + grants("unit", *_POSTS),
        True,
    ),
    (
        names.DECIDE,
        _("决定布点建议"),
        grants("any", Role.LEADER) + grants("unit", Role.UNIT_HEAD),
        True,
    ),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("data_loaded", _("载入覆盖数据")),
    ("data_dropped", _("停用覆盖数据")),
    ("settings_changed", _("修改覆盖计算设定")),
    ("candidate_saved", _("登记备选点位")),
    ("computed", _("完成覆盖计算")),
    ("failed", _("没有算出来")),
    ("proposed", _("提出布点建议")),
    ("sites_computed", _("算出布点建议")),
    ("accepted", _("采纳布点建议")),
    ("refused", _("不采纳布点建议")),
):
    declare_kind(f"early_warning.coverage.{_kind}", _label)

declare_district_file("coverage", load_coverage)

declare_measure(
    MeasureSpec(
        names.COVERED,
        "林区监测覆盖率",
        "Woodland covered",
        unit="%",
        decimals=2,
        source="system",
        aggregation="stock",
        definition="前端可见或无人机机场在时限内可达的林地面积占比，按期末前最后一次计算。",
    ),
    covered_share,
)

import_module("district.systems.early_warning.tables.coverage")
import_module("district.systems.early_warning.jobs_coverage")
# Last, as it computes with the stations that the demo of the system's other parts brings.
import_module("district.systems.early_warning.demo.coverage")
