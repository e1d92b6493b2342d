"""What a representative may do for an enterprise, by role. Pure; what is not said is denied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ParkRole(TextChoices):
    """What a mandate lets a representative do; one mandate may hold several."""

    MANAGER = "manager", _("管理员")
    POLICIES = "policies", _("政策申报")
    REQUESTS = "requests", _("诉求")
    SPACES = "spaces", _("用房")
    SCENARIOS = "scenarios", _("场景")
    STATISTICS = "statistics", _("统计")
    READER = "reader", _("查看")


_R = ParkRole
_EVERY = frozenset(role.value for role in ParkRole)
_DOES = _EVERY - {_R.READER.value, _R.STATISTICS.value}


def _of(*roles: ParkRole) -> frozenset[str]:
    return frozenset(role.value for role in (_R.MANAGER, *roles))


#: Who may do it, by right. A manager does not read the firm's statistical returns by being one:
#: they are for the statistics role alone, and giving it to somebody stands in history.
RIGHTS: Mapping[str, frozenset[str]] = {
    "home": _EVERY,
    "people": _of(),
    "policies.see": _of(_R.POLICIES, _R.READER),
    "policies.do": _of(_R.POLICIES),
    "requests.see": _of(_R.REQUESTS, _R.READER),
    "requests.do": _of(_R.REQUESTS),
    "spaces.see": _of(_R.SPACES, _R.READER),
    "spaces.do": _of(_R.SPACES),
    "scenarios.see": _of(_R.SCENARIOS, _R.READER),
    "scenarios.do": _of(_R.SCENARIOS),
    "activities.see": _EVERY,
    "activities.do": _DOES,
    "partners.see": _of(_R.SCENARIOS, _R.READER),
    "partners.do": _of(_R.SCENARIOS),
    "profile.see": _of(_R.POLICIES, _R.READER),
    "profile.do": _of(),
    "statistics": frozenset({_R.STATISTICS.value}),
}


def allows(roles: Iterable[str], right: str) -> bool:
    """Whether any of the roles holds the right; an unknown right is a KeyError, never a right."""
    return not RIGHTS[right].isdisjoint(roles)


def in_order(roles: Collection[str]) -> list[str]:
    """The known ones of some roles, each once, in the order of the list."""
    return [role.value for role in ParkRole if role.value in roles]
