"""The growth ladder as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.conditions.public import Condition
from district.kernel.organisation.public import action_of, actor_of, visible
from district.kernel.registers.public import Figure
from district.systems.enterprises.names import ENTERPRISES, VIEW
from district.systems.enterprises.rules.ladder import ReadRung
from district.systems.enterprises.selectors.catalogue import is_english
from district.systems.enterprises.selectors.ladder import (
    RungCounts,
    clause_in_words,
    ladder_counts,
    rungs,
)
from district.systems.enterprises.selectors.rights import sees_none


@dataclass(frozen=True)
class ShownRung:
    """A rung with its figures; `missing` pairs each requirement with who misses it alone."""

    label: str
    basis: str
    standing: Figure
    ready: Figure
    near: Figure
    missing: tuple[tuple[str, Figure], ...]


def _figure(condition: Condition, value: int, label: Any) -> Figure:
    return Figure(ENTERPRISES, condition, value=value, unit=_("家"), label=label)


def _shown(one: ReadRung, counts: RungCounts) -> ShownRung:
    label = one.rung.label(english=is_english())
    return ShownRung(
        label,
        one.rung.basis,
        _figure(one.standing, counts.standing, label),
        _figure(one.ready, counts.ready, _("%(rung)s：条件已具备") % {"rung": label}),
        _figure(one.near, counts.near, _("%(rung)s：只差一项") % {"rung": label}),
        tuple(
            (
                clause_in_words(one, at),
                _figure(
                    one.missing(at),
                    counts.missing[at],
                    _("%(rung)s：只差一项") % {"rung": label},
                ),
            )
            for at in range(len(one.clauses))
            if counts.missing[at]
        ),
    )


@require_safe
def ladder(request: HttpRequest) -> HttpResponse:
    """Every rung: who stands on it, who is ready, who misses one thing and which."""
    actor = actor_of(request)
    scope = visible(actor, VIEW)
    if scope.nothing:
        raise NotPermitted(
            _("您没有“%(action)s”的权限。如确需办理，请联系系统管理员调整角色。")
            % {"action": action_of(VIEW).label}
        )
    if sees_none(scope):
        return render(request, "enterprises/ladder.html", {"sees_none": True})
    read = rungs()
    counts = ladder_counts(read, actor)
    shown = [_shown(one, counts[one.rung.key]) for one in read]
    return render(request, "enterprises/ladder.html", {"rungs": shown})
