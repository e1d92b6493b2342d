"""Enterprises as other systems refer to them: found by what somebody types, and linked to."""

from __future__ import annotations

from collections.abc import Iterable

from district.kernel.history.public import Actor
from district.kernel.search.public import search
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.names import ENTERPRISES
from district.systems.enterprises.selectors.finding import (
    EnterpriseRef,
    enterprises_by_ids,
    enterprises_visible_q,
)

_OVER = (Enterprise.Status.CANCELLED, Enterprise.Status.REVOKED)


def enterprises_matching(text: str, actor: Actor, *, most: int = 10) -> list[EnterpriseRef]:
    """The enterprises in business that somebody means who typed `text`, a name or a code or part
    of one, the likeliest first; only those that the actor may see. Three statements."""
    scope = enterprises_visible_q(actor)
    ids = search(ENTERPRISES, text, scope=scope, limit=most).ids if text.strip() else ()
    found = enterprises_by_ids(ids)
    refs = [found[str(key)] for key in ids if str(key) in found]
    return [one for one in refs if one.status not in _OVER]


def enterprise_named(name: str) -> EnterpriseRef | None:
    """The one enterprise in business of exactly that name today; None where there is none, or
    where several are called so. Three statements."""
    ids = search(ENTERPRISES, name, limit=10).ids if name.strip() else ()
    found = [
        one
        for one in enterprises_by_ids(ids).values()
        if one.name == name.strip() and one.status not in _OVER
    ]
    return found[0] if len(found) == 1 else None


def enterprise_links(codes: Iterable[str], actor: Actor) -> dict[str, str]:
    """The addresses of the pages of enterprises by credit code, as far as the register knows them
    and the actor may see them. One statement, none without codes."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    rows = Enterprise.objects.filter(enterprises_visible_q(actor), code__in=wanted)
    return {row.code: row.get_absolute_url() for row in rows.only("pk", "code")}
