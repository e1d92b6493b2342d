"""Starting and stopping scenarios."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.places.public import AreaLevel, area_codes_at
from district.kernel.sensing.public import Source, State, Thing
from district.simulation.kinds import BY_KEY, SENDERS
from district.simulation.models import Scenario
from district.simulation.names import RUN, subject
from district.simulation.rights import refuse_outside_demo
from district.simulation.scenarios import LENGTHS, OUTLINES, Past, beside
from district.simulation.signals.world import metres

#: Gas leaks at the nearest point, if one lies so near (metres).
_GAS_WITHIN = 8000.0
_ATTEMPTS = 24


@transaction.atomic
def start_scenario(kind: str, thing: str, minutes: int, *, actor: Actor) -> Scenario:
    """Let a scenario begin now around a thing (its code), for so many minutes.

    One of a kind goes on at a time. Raises NotFound outside a demo, NotPermitted, Conflict, and
    Invalid naming `kind`, `thing` or `minutes`.
    """
    refuse_outside_demo()
    authorise(actor, RUN)
    outline = OUTLINES.get(kind)
    if outline is None:
        raise Invalid("kind", _("没有这种场景。"), _("请从列表中选择。"))
    if minutes not in LENGTHS:
        raise Invalid(
            "minutes",
            _("时长不对。"),
            _("可选：%(known)s 分钟。") % {"known": "、".join(map(str, LENGTHS))},
        )
    _take_turns()
    now = clock.now()
    if going(kind, now):
        raise Conflict(
            _("%(kind)s场景正在进行。请等它结束，或先停止它。") % {"kind": outline.label}
        )
    return _begin(kind, _thing(thing, outline.at), now, minutes, actor)


@transaction.atomic
def play_scenario(past: Past, begins: datetime, *, actor: Actor) -> Scenario | None:
    """Let a scenario have begun at a moment before a demo does; None where it is there already.

    Raises NotPermitted, and Invalid naming `thing`.
    """
    authorise(actor, RUN)
    if Scenario.objects.filter(kind=past.kind, started_at=begins).exists():
        return None
    with clock.moved_to(begins):
        at = _thing(past.thing, OUTLINES[past.kind].at)
        return _begin(past.kind, at, begins, past.minutes, actor)


def _begin(kind: str, at: Thing, now: datetime, minutes: int, actor: Actor) -> Scenario:
    lon, lat = _middle(kind, at)
    row = Scenario.objects.create(
        kind=kind,
        place=at.name,
        lon=lon,
        lat=lat,
        site=_leaking(lon, lat) if kind == "storm" else "",
        started_at=now,
        ends_at=now + timedelta(minutes=minutes),
        started_by=actor.name[:100],
    )
    data = {"kind": kind, "place": at.code, "minutes": minutes}
    record(subject(row.pk), "simulation.scenario.started", data, actor=actor)
    return row


@transaction.atomic
def stop_scenario(key: UUID | str, *, actor: Actor) -> Scenario:
    """Stop a scenario: within two minutes the sensors say what they would have said without it.

    One that is over changes nothing. Raises NotFound, NotPermitted.
    """
    refuse_outside_demo()
    authorise(actor, RUN)
    row = Scenario.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这个场景。"))
    now = clock.now()
    if row.stopped_at is None and now < row.ends_at:
        row.stopped_at = now
        save_versioned(row, ["stopped_at"])
        record(subject(row.pk), "simulation.scenario.stopped", {}, actor=actor)
    return row


def going(kind: str, now: object) -> bool:
    """Whether a scenario of this kind goes on."""
    return Scenario.objects.filter(kind=kind, stopped_at=None, ends_at__gt=now).exists()


def _take_turns() -> None:
    """Two people who start at once wait for each other: of a kind one goes on."""
    codes = [sender.code for sender in SENDERS]
    list(Source.objects.select_for_update(of=("self",)).filter(code__in=codes).order_by("pk"))


def _thing(code: str, kind: str) -> Thing:
    found = (
        Thing.objects.select_related("location")
        .filter(
            code=code,
            state=State.ACTIVE,
            location__isnull=False,
            datastreams__source__code=BY_KEY[kind].sender,
        )
        .first()
    )
    if found is None or found.properties.get("kind") != kind:
        raise Invalid(
            "thing",
            _("没有这个地点。"),
            _("请从列表中选择；列表为空时，请先载入演示设备。"),
        )
    return found


def _middle(kind: str, at: Thing) -> tuple[float, float]:
    assert at.location is not None  # noqa: S101  # asked for
    lon, lat = float(at.location.lon), float(at.location.lat)
    if kind != "fire":
        return lon, lat
    tried = [beside(lon, lat, at.code, attempt) for attempt in range(_ATTEMPTS)]
    inside = area_codes_at(tried, AreaLevel.DISTRICT, recent=True)
    return next((point for point, code in zip(tried, inside, strict=True) if code), (lon, lat))


def _leaking(lon: float, lat: float) -> str:
    rows = Thing.objects.filter(
        state=State.ACTIVE,
        location__isnull=False,
        datastreams__source__code=BY_KEY["gas_point"].sender,
        datastreams__observed_property__name=BY_KEY["gas_point"].properties[0].name,
    ).values_list("code", "location__lon", "location__lat")
    near = [(metres(lon, lat, float(x), float(y)), code) for code, x, y in rows]
    away, code = min(near, default=(_GAS_WITHIN, ""))
    return str(code) if away < _GAS_WITHIN else ""
