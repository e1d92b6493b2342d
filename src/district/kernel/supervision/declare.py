"""What supervision declares: the flow's actions, kinds of events, its registers."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import Action, Role, declare_action, grants
from district.kernel.supervision.flow import CONTEXT, declare_moves, flow
from district.kernel.supervision.services.following import follow_rows
from district.kernel.tracking.public import declare_following

_OVERSEES = grants(
    "any",
    Role.ADMINISTRATOR,
    Role.PLANNER,
    Role.LEADER,
    Role.SUPERVISOR,
    Role.AUDITOR,
)

declare_action(
    Action(
        "supervision.run.view",
        _("查看督办"),
        _OVERSEES + grants("subtree", Role.UNIT_HEAD, Role.OFFICER),
        system=True,
    )
)
declare_action(
    Action(
        "supervision.run.start",
        _("督办立项"),
        grants("any", Role.SUPERVISOR, Role.LEADER),
        system=True,
    )
)
declare_moves(flow())

declare_kind("supervision.run.started", _("督办立项"))
declare_kind("supervision.run.handed_on", _("督办转到下年事项"))
for _move in flow().moves.values():
    declare_kind(f"supervision.run.{_move.key}", pgettext_lazy(CONTEXT, _move.label))
declare_kind("supervision.circular.issued", _("督办通报"))

declare_following("supervision", follow_rows)
import_module("district.kernel.supervision.tables")
