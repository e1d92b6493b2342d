"""What the pages of policies share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.systems.policies.models import Audience as Key
from district.systems.policies.selectors.audiences import Audience
from district.systems.policies.selectors.eligibility import OfOne, policies_of_one
from district.systems.policies.selectors.policies import in_force


def not_seen(audience: Audience) -> str:
    """That nobody of a code is there for whoever asks, and what to do."""
    words = {"who": str(audience.noun), "code": str(audience.code_label)}
    return _("没有这样的%(who)s，或不在您的查看范围内。请核对%(code)s。") % words


def one_url(audience: Audience, code: str) -> str:
    """The page of one of an audience, with what it may have."""
    name = "policy_recipient" if audience.key == Key.PEOPLE else "policy_enterprise"
    return reverse(name, args=[code])


def standing_groups(found: list[OfOne]) -> dict[str, Any]:
    """Policies grouped by how one stands to them, as `policies/groups.html` shows them."""
    return {
        "groups": [
            (title, [one for one in found if one.kind == kind])
            for kind, title in (
                ("holds", _("符合全部条件")),
                ("misses_one", _("只差一项")),
                ("unknown_only", _("数据不全，还不能判断")),
            )
        ],
        "others": [one for one in found if one.kind == "fails"],
    }


def standing_now(audience: Audience, entity: str) -> list[OfOne]:
    """How one of an audience stands to every policy in force. Four queries."""
    today = clock.today()
    return policies_of_one(entity, audience.key, in_force(today, audience.key), today)
