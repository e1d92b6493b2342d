"""What the doubling plan declares: who sees it, its register, page, lights and measures."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.navigation import NavItem, declare
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import declare_measure_family
from district.kernel.organisation.public import (
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.systems.enterprises import names
from district.systems.enterprises.selectors import doubling

# They are counted over the whole register, so a street that sees its own firms alone is left out.
declare_action(
    Action(
        names.VIEW_DOUBLING,
        _("查看培土倍增目标"),
        grants("any", Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, Role.PLANNER)
        + grants("co_unit", Role.OFFICER, Role.UNIT_HEAD),
        system=True,
    )
)
declare_kind("enterprises.doubling.put", _("设定培土倍增目标"))
declare_measure_family("enterprises.doubling", doubling.measures)
for _part in ("tables_doubling", "lights"):
    import_module(f"district.systems.enterprises.{_part}")
declare(
    NavItem(
        "enterprises.doubling",
        _("培土倍增"),
        "enterprises_doubling",
        icon="chart-line",
        section="enterprises",
        order=14,
        visible=for_whoever_may(names.VIEW_DOUBLING),
    )
)
