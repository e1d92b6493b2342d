"""Desks: the queues of a case type, as tabs over its list."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.desks import counts_of, desk_of, desk_q, desks_of
from district.kernel.cases.rules.words import said
from district.kernel.cases.tables import register_key
from district.kernel.cases.types import case_type_of
from district.kernel.organisation.public import actor_of
from district.kernel.registers.public import list_view


def desk_view(
    request: HttpRequest,
    type_key: str,
    desk_key: str = "",
    *,
    base_url: str,
    create_url: str = "",
) -> HttpResponseBase:
    """The cases that wait on a desk (the first one where none is named), with all desks as tabs.

    `base_url` is the system's own address that a desk's key follows, `create_url` its page for
    registering a case, "" where the actor may not. NotFound for a desk that is
    none; NotPermitted for who may see no case of the type.
    """
    actor, desks = actor_of(request), desks_of(type_key)
    desk = desk_of(type_key, desk_key) if desk_key else (desks[0] if desks else None)
    if desk is None:
        raise NotFound()
    counts = counts_of(type_key, actor)
    tabs = [
        (f"{base_url}{each.key}/", each.label, counts[each.key], each.key == desk.key)
        for each in desks
    ]
    extra = {
        "tabs": tabs,
        "desk": desk,
        "heading": said(case_type_of(type_key).label),
        "shown": counts[desk.key],
        "create_url": create_url,
        "empty_title": _("“%(desk)s”里没有事件") % {"desk": desk.label},
    }
    return list_view(
        request,
        register_key(type_key),
        template="cases/desk.html",
        extra=extra,
        base_q=desk_q(desk, actor),
        known=counts[desk.key],
    )
