"""Rules: their list, one of them, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.alarms.models import AlarmRule
from district.kernel.alarms.names import RULE_VIEW, RULE_WRITE, RULES
from district.kernel.alarms.pages.editing import said, watching
from district.kernel.alarms.rules.differences import differences
from district.kernel.alarms.selectors.knowing import zone
from district.kernel.alarms.selectors.rules import (
    RuleView,
    episodes_of_rule,
    rule_for,
    versions_of,
)
from district.kernel.alarms.services.binding import checked
from district.kernel.alarms.services.rules import (
    copy_rule,
    discard_draft,
    present_content,
    rule_subject,
)
from district.kernel.alarms.services.switching import ask_second, switch_off, switch_on
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import events_of
from district.kernel.organisation.public import (
    actor_of,
    authorise_somewhere,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.kernel.sensing.public import RuleError

_SHOWN = 60


@require_safe
def rules(request: HttpRequest) -> HttpResponseBase:
    """The rules that the member may see."""
    actor = actor_of(request)
    authorise_somewhere(actor, RULE_VIEW)
    extra = {"may_add": permitted_somewhere(actor, RULE_WRITE)}
    return list_view(request, RULES, template="alarms/rules.html", extra=extra)


@require_safe
def rule(request: HttpRequest, key: UUID) -> HttpResponse:
    """One rule: what it says, what it watches, what it raised, what became of it."""
    return _page(request, rule_for(key, actor_of(request)))


def _page(request: HttpRequest, view: RuleView, problem: str = "") -> HttpResponse:
    row = view.rule
    live, live_faults = _read(row.live.content if row.live else None)
    draft, faults = _read(row.draft)
    shown = draft or live or _read(present_content(row))[0]
    before = row.last.content if row.last else None
    context = {
        "view": view,
        "rule": row,
        "live_said": said(live) if live else [],
        "live_faults": live_faults,
        "draft_said": said(draft) if draft else [],
        "stopped_said": said(shown) if shown and not live and not draft else [],
        "draft_faults": faults,
        "draft_changes": differences(before, row.draft) if before and row.draft else [],
        "watches": shown is not None,
        "versions": versions_of(row),
        "episodes": episodes_of_rule(row),
        "events": events_of(rule_subject(row), limit=_SHOWN),
        "problem": problem,
        "crumbs": [(_("告警规则"), reverse("alarm_rules")), (row.shown_label, "")],
    }
    status = 422 if problem else 200
    return render(request, "alarms/rule.html", context, status=status)


@require_safe
def rule_watching(request: HttpRequest, key: UUID) -> HttpResponse:
    """What a rule watches now, as a part of its page."""
    actor = actor_of(request)
    row = rule_for(key, actor).rule
    found, _faults = _read(present_content(row))
    if found is None:
        raise NotFound(_("这条规则的内容还不完整。"))
    context = {"watching": watching(found, row.lead_unit, actor)}
    return render(request, "alarms/rule_watching.html", context)


def _read(data: dict[str, Any] | None) -> tuple[Any, tuple[Invalid, ...]]:
    """A content, or what is wrong with it."""
    if data is None:
        return None, ()
    try:
        return checked(data, zone=zone()), ()
    except RuleError as error:
        return None, error.faults


@require_POST
def act(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Let a rule go live, stop it, throw its draft away, copy it."""
    view, actor = rule_for(key, actor_of(request)), actor_of(request)
    seen, given = _seen(request), request.POST
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "on": (lambda: switch_on(key, actor=actor, seen=seen), _("已上线，开始判断新的观测值。")),
        "off": (
            lambda: switch_off(key, given.get("reason", ""), actor=actor, seen=seen),
            _("已停用。"),
        ),
        "ask": (lambda: ask_second(key, actor=actor), _("已通知可以上线的人。")),
        "discard": (lambda: discard_draft(key, actor=actor, seen=seen), _("草稿已丢弃。")),
        "copy": (
            lambda: copy_rule(key, given.get("key", ""), given.get("label", ""), actor=actor),
            _("已复制成一条新规则的草稿。"),
        ),
    }
    if verb not in verbs:
        raise Http404
    call, done = verbs[verb]
    try:
        made = call()
    except (Invalid, Conflict) as error:
        return _page(request, view, str(error))
    if made == 0 and verb == "ask":
        return _page(request, view, _("没有别的人可以上线这条规则。请系统管理员调整角色。"))
    messages.success(request, done)
    if verb == "discard" and made is None:
        return redirect("alarm_rules")
    return redirect(made if verb == "copy" and isinstance(made, AlarmRule) else view.rule)


def _seen(request: HttpRequest) -> int | None:
    """Which version of the row stood on the page."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
