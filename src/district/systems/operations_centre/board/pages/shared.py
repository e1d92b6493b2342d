"""What the board's pages share: the unit that is asked for, the way up, the live connection."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.base.streams import stream_url
from district.kernel.cases.public import units_kept
from district.kernel.organisation.public import Unit, actor_of, authorise
from district.systems.operations_centre.board.centres import centre_of
from district.systems.operations_centre.board.names import STREAM, VIEW
from district.systems.operations_centre.board.version import version
from district.ui.middleware import policy_listening_to

#: The header by which the page asks for its live parts alone.
PART = "X-Board-Part"


def unit_asked(code: str) -> Unit:
    """The unit of that code, the district for none; NotFound where there is no such unit."""
    known = units_kept()
    if code:
        found = known.get(code)
    else:
        found = next((unit for unit in known.values() if unit.parent_id is None), None)
    if found is None:
        raise NotFound(_("没有这个单位。"))
    return found


def board_url(unit: Unit) -> str:
    """The board of a unit."""
    if unit.parent_id is None:
        return reverse("operations_board")
    return reverse("operations_unit", args=[unit.pk])


def crumbs_of(unit: Unit) -> list[tuple[str, str]]:
    """The way from the district down to a unit, the last one without an address."""
    known, chain = units_kept(), [code for code in unit.path.split("/") if code]
    above = [known[code] for code in chain[:-1] if code in known]
    return [(one.display_short, board_url(one)) for one in above] + [(unit.display_short, "")]


def answer(
    request: HttpRequest, template: str, unit: Unit, context: dict[str, Any]
) -> HttpResponse:
    """The page, or its live parts alone where its script asks for them."""
    found = {"unit": unit, "centre": centre_of(unit), **context}
    return answer_live(request, f"operations_centre/board/{template}", STREAM, found)


def answer_live(
    request: HttpRequest, template: str, stream: str, context: dict[str, Any]
) -> HttpResponse:
    """A page that hears of changes by a stream, `<template>.html`, or `<template>_parts.html`, its
    live parts alone, where its script asks for them."""
    events = stream_url(request, stream)
    found = {"events": events, "version": version(), "now": clock.now(), **context}
    part = bool(request.headers.get(PART))
    made = render(request, f"{template}{'_parts' if part else ''}.html", found)
    made["Content-Security-Policy"] = policy_listening_to(events)
    made["Cache-Control"] = "private, no-store"
    made["Vary"] = PART
    return made


def may_watch(request: HttpRequest) -> None:
    """NotPermitted for who may not open the board at all."""
    authorise(actor_of(request), VIEW)
