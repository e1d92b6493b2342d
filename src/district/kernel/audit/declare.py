"""What audit declares: its actions, its event kind, its entry in the navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from district.kernel.base import navigation
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import Action, actor_of, declare_action, grants, permitted

VIEW = "audit.history.view"
VERIFY = "audit.history.verify"

declare_action(Action(VIEW, _("查阅履历"), grants("any", "auditor", "supervisor", "administrator")))
declare_action(Action(VERIFY, _("核验履历"), grants("any", "auditor", "administrator")))
declare_kind("audit.history.verified", _("核验履历"))


def _may_view(request: HttpRequest) -> bool:
    return permitted(actor_of(request), VIEW)


navigation.declare(
    navigation.NavItem(
        "audit.history",
        _("履历审计"),
        "audit:history",
        "history",
        section="system",
        order=80,
        visible=_may_view,
    )
)
