"""The first page: what waits for the firm, and what is new. Every card is drawn only where the
representative's roles hold it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.systems.policies.public import applications_of, pushes_to
from district.systems.spaces.public import offers_to_firm
from district.systems.virtual_park.pages.cases import view_of
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.activities import new_activities
from district.systems.virtual_park.selectors.partners import asked_of
from district.systems.virtual_park.selectors.requests import requests_of
from district.systems.virtual_park.selectors.returns import owed_by

_SHOWN = 5
#: Where an application waits for its firm.
_WAITING = ("supplement", "confirming")


@for_enterprise("home")
@require_safe
def home(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """At most seven queries of its own."""
    todo: list[dict[str, Any]] = []
    context: dict[str, Any] = {"todo": todo}
    if acting.may("policies.see"):
        todo += _applications(acting)
        pushes = pushes_to(acting.enterprise.code).filter(read_at=None)
        context["pushes"] = list(pushes[:_SHOWN])
    if acting.may("requests.see"):
        todo += _requests(acting)
    if acting.may("spaces.see"):
        todo += _offers(acting)
    if acting.may("partners.do"):
        todo += _partners(acting)
    if acting.may("statistics"):
        todo += _returns(acting)
    context["activities"] = new_activities(acting)
    return show(request, acting, "home", context)


def _applications(acting: Acting) -> list[dict[str, Any]]:
    rows = applications_of(acting.enterprise.code).filter(case__stage__in=_WAITING)
    return [
        _line(
            reverse("park_application", args=[row.case_id]),
            row.version.title,
            view_of(row.case).stage,
            view_of(row.case).due_at,
        )
        for row in rows[:_SHOWN]
    ]


def _requests(acting: Acting) -> list[dict[str, Any]]:
    rows = requests_of(acting).filter(case__stage="call_back")
    return [
        _line(reverse("park_request", args=[row.pk]), row.case.title, _("已办结，请评价"))
        for row in rows[:_SHOWN]
    ]


def _offers(acting: Acting) -> list[dict[str, Any]]:
    rows = [one for one in offers_to_firm(acting.enterprise.code) if one.is_open]
    return [
        _line(reverse("park_offer", args=[one.case.pk]), one.unit.name, one.stage)
        for one in rows[:_SHOWN]
    ]


def _partners(acting: Acting) -> list[dict[str, Any]]:
    return [
        _line(row.get_absolute_url(), row.asker.name, _("请求对接，待答复"))
        for row in asked_of(acting, only_waiting=True)[:_SHOWN]
    ]


def _returns(acting: Acting) -> list[dict[str, Any]]:
    return [
        _line(
            reverse("park_return", args=[one.row.pk]), one.title, _("待报送"), one.row.round.due_at
        )
        for one in owed_by(acting, only_due=True)[:_SHOWN]
    ]


def _line(url: str, title: str, what: str, due_at: Any = None) -> dict[str, Any]:
    return {"url": url, "title": title, "what": what, "due_at": due_at}
