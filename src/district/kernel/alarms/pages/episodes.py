"""The live screen of alarms, the page of an episode, and what people do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.alarms.models import Episode
from district.kernel.alarms.models.rules import ColourName
from district.kernel.alarms.names import EPISODES, VIEW
from district.kernel.alarms.selectors.charts import charts_of, span_of
from district.kernel.alarms.selectors.episodes import (
    MOST_SHOWN,
    episode_for,
    evidence_of,
    line_of,
    live_marker,
    live_of,
    neighbours_of,
)
from district.kernel.alarms.selectors.following import troubles_now
from district.kernel.alarms.selectors.reasons import why
from district.kernel.alarms.selectors.warning import signals_for, warning_unit
from district.kernel.alarms.services.common import subject_of
from district.kernel.alarms.services.episodes import acknowledge_episode, release_episode
from district.kernel.alarms.services.handing import open_case
from district.kernel.alarms.services.silences import silence_episode
from district.kernel.alarms.services.warning import draft_warning
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import moment_given
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import actor_of, authorise_somewhere
from district.kernel.places.public import marked, points_on_streets

#: The header by which the page asks for its live part alone.
PART = "X-Alarms-Part"
_EVENTS = 100


def spans() -> list[tuple[int, str]]:
    """For how many minutes something can be silenced, in the words of the page's language."""
    return [
        (30, _("30 分钟")),
        (120, _("2 小时")),
        (480, _("8 小时")),
        (1440, _("1 天")),
        (10_080, _("7 天")),
    ]


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The open episodes, newest first; its script asks again and again for the part that changes,
    and is answered 304 while nothing has."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW)
    part = bool(request.headers.get(PART))
    level = request.GET.get("level", "")
    level = level if level in ColourName.values else ""
    troubles = troubles_now()
    tag = _tag(request, actor, troubles)
    if part and request.headers.get("If-None-Match") == tag:
        return _kept(HttpResponseNotModified(), tag)
    context = {
        "live": live_of(actor, level, request.GET.get("rule", "")[:60]),
        "troubles": troubles,
        "level": level,
        "levels": ColourName.choices,
        "spans": spans(),
        "now": clock.now(),
        "most": MOST_SHOWN,
        "tag": tag,
        "list_url": reverse("register_list", args=[EPISODES]),
        "map_url": reverse("register_map", args=[EPISODES]),
    }
    name = "alarms/episode_live_part.html" if part else "alarms/episode_live.html"
    return _kept(render(request, name, context), tag)


def _tag(request: HttpRequest, actor: Actor, troubles: Sequence[object]) -> str:
    words = (
        live_marker(actor),
        actor.id,
        translation.get_language() or "",
        request.get_full_path(),
        # Durations and silences move on with time alone.
        clock.now().strftime("%H%M"),
        *(str(each) for each in troubles),
    )
    return f'"{sha256("|".join(words).encode()).hexdigest()[:24]}"'


def _kept(answer: HttpResponse, tag: str) -> HttpResponse:
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = f"{PART}, Cookie"
    return answer


@require_safe
def alarm(request: HttpRequest, key: UUID) -> HttpResponse:
    """One episode: what raised it, its readings, its neighbours, its case, its history."""
    actor = actor_of(request)
    episode = episode_for(actor, key)
    evidence = evidence_of(episode)
    context = {
        "episode": episode,
        "line": line_of(episode, actor),
        "evidence": evidence,
        "charts": charts_of([each.datastream for each in evidence], *span_of(episode)),
        "neighbours": neighbours_of(episode, actor),
        "events": events_of(subject_of(episode), limit=_EVENTS),
        "point": _point(episode),
        "may_warn": bool(warning_unit(episode, actor)),
        "spans": spans(),
        "now": clock.now(),
        "crumbs": [(_("当前告警"), reverse("alarms")), (episode.number, "")],
    }
    return render(request, "alarms/episode.html", context)


def _point(episode: Episode) -> dict[str, object] | None:
    if episode.lon is None or episode.lat is None:
        return None
    point = marked(episode.pk, episode.place or episode.title, episode.lon, episode.lat)
    return points_on_streets([point])


@require_safe
def alarm_why(request: HttpRequest, key: UUID) -> HttpResponse:
    """Why it was raised, clause by clause, replayed from the log."""
    episode = episode_for(actor_of(request), key)
    context = {
        "episode": episode,
        "why": why(episode),
        "whole": bool(request.headers.get("HX-Request")) is False,
        "crumbs": [
            (_("当前告警"), reverse("alarms")),
            (episode.number, episode.get_absolute_url()),
            (_("为什么告警"), ""),
        ],
    }
    return render(request, "alarms/episode_why.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def warn(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose a public warning of what the episode says; it is drafted, and the draft opens."""
    actor = actor_of(request)
    episode = episode_for(actor, key)
    if not warning_unit(episode, actor):
        if episode.is_open:
            raise NotPermitted(_("您不能拟定预警。"))
        messages.error(request, _("这条告警已经结束。"))
        return redirect(episode)
    if request.method == "POST":
        kind, _colon, colour = request.POST.get("signal", "").partition(":")
        try:
            draft = draft_warning(key, kind=kind, colour=colour, actor=actor)
        except (Invalid, Conflict) as error:
            messages.error(request, str(error))
            return redirect("alarm_warn", key)
        messages.success(request, _("已拟稿，请核对后提交审批。"))
        return redirect("warnings_draft", draft.pk)
    context = {
        "episode": episode,
        "signals": signals_for(episode),
        "crumbs": [
            (_("当前告警"), reverse("alarms")),
            (episode.number, episode.get_absolute_url()),
            (_("拟发公众预警"), ""),
        ],
    }
    return render(request, "alarms/episode_warn.html", context)


@require_POST
def act(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Acknowledge, silence, release, or open the case of an episode."""
    actor = actor_of(request)
    verbs: dict[str, Callable[[], str]] = {
        "acknowledge": lambda: _acknowledged(key, actor),
        "silence": lambda: _silenced(request, key, actor),
        "release": lambda: _released(request, key, actor),
        "case": lambda: _case_opened(key, actor),
    }
    if verb not in verbs:
        raise Http404
    try:
        messages.success(request, verbs[verb]())
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    return redirect("alarms") if request.POST.get("back") == "live" else redirect("alarm", key)


def _acknowledged(key: UUID, actor: Actor) -> str:
    return _("已确认：%(title)s") % {"title": acknowledge_episode(key, actor=actor).title}


def _silenced(request: HttpRequest, key: UUID, actor: Actor) -> str:
    row = silence_episode(
        key,
        until=_until(request),
        reason=request.POST.get("reason", ""),
        actor=actor,
        everywhere=request.POST.get("everywhere") == "1",
    )
    return _("已静默，到期后自动恢复：%(why)s") % {"why": row.reason}


def _until(request: HttpRequest) -> datetime | None:
    minutes = request.POST.get("minutes", "")
    if minutes.isascii() and minutes.isdigit() and len(minutes) < 6:
        return clock.now() + timedelta(minutes=int(minutes))
    wrong = Invalid("until", _("静默的结束时间不对。"), _("请从列表中选择时长。"))
    return moment_given(request.POST.get("until", ""), wrong)


def _released(request: HttpRequest, key: UUID, actor: Actor) -> str:
    row = release_episode(key, reason=request.POST.get("reason", ""), actor=actor)
    return _("已人工解除：%(title)s") % {"title": row.title}


def _case_opened(key: UUID, actor: Actor) -> str:
    return _("已开事件单 %(number)s") % {"number": open_case(key, actor=actor).number}
