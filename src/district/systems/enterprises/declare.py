"""What enterprises declare: registers, rights, navigation, measures, what a district may bring."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.history.public import declare_kind
from district.kernel.matching.public import PopulationSpec, declare_population
from district.kernel.organisation.public import (
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.systems.enterprises import names
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.past import past
from district.systems.enterprises.services.catalogue import load_enterprises_file

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_OVERSEES = grants("any", Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, Role.PLANNER)
# Returns of firms are not for everybody: a street sees its own, a department of the catalogue all.
_OWN = grants("subtree", *_POSTS) + grants("co_unit", *_POSTS)
_CENTRE = grants("co_unit", *_POSTS)
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看企业"), _OVERSEES + _OWN, True),
    (names.SAVE, _("登记和修改企业"), _OWN, True),
    (names.QUALIFY, _("登记企业资质"), _CENTRE, True),
    (names.IMPORT, _("导入企业"), _CENTRE, True),
    (names.LOAD, _("载入企业目录"), (), True),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("enterprise.added", _("登记企业")),
    ("enterprise.told", _("登记企业数据")),
    ("imported", _("导入企业")),
    ("qualification.added", _("登记资质")),
    ("qualification.changed", _("修改资质")),
    ("qualification.begun", _("资质生效")),
    ("qualification.expired", _("资质到期")),
    ("catalogue.loaded", _("载入企业目录")),
):
    declare_kind(f"enterprises.{_kind}", _label)

_tables = import_module("district.systems.enterprises.tables")
declare_population(
    PopulationSpec(
        names.POPULATION,
        _("企业"),
        schema=_tables.schema,
        rows=Enterprise.objects.all,
        past=past,
    )
)
declare_district_file("enterprises", load_enterprises_file)

declare_section(Section("enterprises", _("企业服务"), 24))
for _key, _label, _view, _icon, _action, _order in (
    ("list", _("企业库"), "enterprises", "building-factory", names.VIEW, 10),
):
    declare(
        NavItem(
            f"enterprises.{_key}",
            _label,
            _view,
            icon=_icon,
            section="enterprises",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )
