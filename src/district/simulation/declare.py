"""What the simulation declares: the right to run scenarios, its events, its demo, its page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_demo
from district.kernel.base.navigation import NavItem, declare
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import (
    Action,
    Role,
    actor_of,
    declare_action,
    grants,
    permitted_somewhere,
)
from district.simulation.demo import PAST, THINGS, play_past, play_things
from district.simulation.names import RUN
from district.simulation.rights import is_there

declare_action(
    Action(
        RUN,
        _("演示场景：启动和停止"),
        grants("any", Role.ADMINISTRATOR, Role.DUTY_OFFICER),
        system=True,
    )
)
declare_kind("simulation.scenario.started", _("启动演示场景"))
declare_kind("simulation.scenario.stopped", _("停止演示场景"))
# Before the systems' own: they register these devices as theirs, and compute from what they told.
declare_demo("simulation", play_things, file=THINGS)
declare_demo("simulation_past", play_past, file=PAST)


def _sees(request: HttpRequest) -> bool:
    return is_there() and permitted_somewhere(actor_of(request), RUN)


declare(
    NavItem(
        "simulation.scenarios",
        _("演示场景"),
        "simulation",
        "player-play",
        section="system",
        order=95,
        visible=_sees,
    )
)
