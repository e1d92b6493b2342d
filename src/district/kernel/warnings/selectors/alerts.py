"""Warnings: those in force, one with its units and messages, what waits for a member."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, When
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import (
    Level,
    Owned,
    Unit,
    permitted,
    permitted_somewhere,
    root_unit,
    units,
)
from district.kernel.registers.public import Figure
from district.kernel.warnings import cap
from district.kernel.warnings.cap import Reference
from district.kernel.warnings.models import Alert, AlertLine, LineRing, Message, Source
from district.kernel.warnings.models.words import MessageType
from district.kernel.warnings.names import (
    ACKNOWLEDGE,
    ALERT_SUBJECT,
    ENTER,
    LINE_SUBJECT,
    LINES,
    RECORD,
    VIEW,
    WRITE_DRAFT,
)
from district.kernel.warnings.rules.catalogue import COLOURS

State = AlertLine.State
_RANK = Case(
    *(When(colour=colour, then=at) for at, colour in enumerate(reversed(COLOURS))),
    default=len(COLOURS),
    output_field=IntegerField(),
)


def alert_subject(alert: Alert | UUID) -> Subject:
    """The reference of a warning."""
    return Subject(ALERT_SUBJECT, str(alert.pk if isinstance(alert, Alert) else alert))


def line_subject(line: AlertLine) -> Subject:
    """The reference of a line, whose clock is tracked; its history stands in its warning's."""
    return Subject(LINE_SUBJECT, str(line.pk))


def owned_line(line: AlertLine, member: str = "") -> Owned:
    """To whom a line belongs: the unit that is called, on the desk of the warning's unit."""
    return Owned(
        line.lead_unit_id,
        path=line.lead_unit.path,
        centre=line.alert.lead_unit_id,
        member=member,
    )


def in_force_q(now: datetime) -> Q:
    """The warnings in force at a moment, also before the worker has noticed that one ended."""
    return Q(state=Alert.State.IN_FORCE, expires_at__gt=now)


def in_force(now: datetime | None = None) -> QuerySet[Alert]:
    """The warnings in force, the gravest first, then the newest."""
    rows = Alert.objects.filter(in_force_q(now or clock.now()))
    return rows.order_by(_RANK, "-sent_at", "-pk")


@dataclass(frozen=True)
class AlertRow:
    """A warning in a list: how many of its units have acknowledged."""

    alert: Alert
    called: int
    acknowledged: int
    risen: int

    @property
    def waiting(self) -> int:
        """How many units have not acknowledged yet."""
        return self.called - self.acknowledged

    def _figure(self, states: str, value: int, label: str) -> Figure:
        where = f'warning = "{self.alert.number}" and state in ({states})'
        return Figure(LINES, where, value=value, label=label)

    @property
    def called_figure(self) -> Figure:
        """How many units were called, opening them."""
        states = '"waiting", "acknowledged", "lapsed"'
        return self._figure(states, self.called, _("叫应单位"))

    @property
    def acknowledged_figure(self) -> Figure:
        """How many have acknowledged, opening them."""
        return self._figure('"acknowledged"', self.acknowledged, _("已应答单位"))


def rows_in_force(now: datetime | None = None) -> list[AlertRow]:
    """The warnings in force with the counts of their lines. One query."""
    current = Q(lines__is_current=True) & ~Q(lines__state=State.WITHDRAWN)
    rows = (
        in_force(now)
        .select_related("lead_unit")
        .annotate(
            called=Count("lines", filter=current),
            done=Count("lines", filter=current & Q(lines__state=State.ACKNOWLEDGED)),
            risen=Count("lines", filter=Q(lines__state=State.WAITING, lines__step__gt=0)),
        )
    )
    return [AlertRow(each, each.called, each.done, each.risen) for each in rows]


def lines_for(actor: Actor) -> list[AlertLine]:
    """What waits for the acknowledgement of this very member, the gravest first. One query."""
    if actor.kind != "member":
        return []
    rows = AlertLine.objects.filter(rings__member_id=actor.id, state=State.WAITING)
    rows = rows.select_related("alert", "lead_unit", "clock")
    return list(rows.order_by(_RANK, "first_due_at", "pk"))


def by_alert(lines: Iterable[AlertLine]) -> list[tuple[Alert, list[AlertLine]]]:
    """Lines under the warnings that they belong to, in the order of their first line."""
    found: dict[UUID, tuple[Alert, list[AlertLine]]] = {}
    for line in lines:
        found.setdefault(line.alert_id, (line.alert, []))[1].append(line)
    return list(found.values())


@dataclass(frozen=True)
class LineView:
    """A line as its warning's page shows it."""

    line: AlertLine
    rings: tuple[LineRing, ...]
    may_acknowledge: bool
    may_record: bool

    @property
    def minutes(self) -> int:
        """How many minutes it has waited, or waited until it was acknowledged."""
        until = self.line.acknowledged_at or clock.now()
        return max(int((until - self.line.made_at).total_seconds() // 60), 0)


@dataclass(frozen=True)
class AlertView:
    """A warning with its lines and messages, and what the actor may do with it."""

    alert: Alert
    lines: tuple[LineView, ...]
    earlier: tuple[LineView, ...]
    messages: tuple[Message, ...]
    may_change: bool
    may_lift: bool
    may_draft: bool

    @property
    def unit_names(self) -> dict[str, str]:
        """The short names of the units that were called, by code."""
        units = [each.line.lead_unit for each in (*self.lines, *self.earlier)]
        return {unit.pk: unit.display_short for unit in units}

    @property
    def acknowledged(self) -> int:
        """How many of the lines that count are acknowledged."""
        return sum(each.line.state == State.ACKNOWLEDGED for each in self.lines)

    @property
    def waiting(self) -> int:
        """How many lines wait."""
        return sum(each.line.state == State.WAITING for each in self.lines)


def alert_for(key: UUID | str, actor: Actor) -> AlertView:
    """A warning; NotFound where there is none or the actor may not see any. Five queries."""
    row = Alert.objects.filter(pk=key).select_related("lead_unit", "source").first()
    if row is None or not permitted_somewhere(actor, VIEW):
        raise NotFound(_("没有这条预警，或您没有查看的权限。"))
    rings = LineRing.objects.select_related("member").order_by("step", "at", "pk")
    found = (
        row.lines.select_related("lead_unit", "acknowledged_by", "recorded_by", "clock")
        .prefetch_related(Prefetch("rings", queryset=rings))
        .order_by("lead_unit__sort", "lead_unit", "pk")
    )
    lines = [_line_view(line, row, actor) for line in found]
    home = Owned(row.lead_unit_id, path=row.lead_unit.path)
    enters = not row.is_own and permitted(actor, ENTER, home)
    drafts = row.is_own and permitted(actor, WRITE_DRAFT, home)
    return AlertView(
        row,
        tuple(each for each in lines if each.line.is_current),
        tuple(each for each in lines if not each.line.is_current),
        tuple(messages_of(row)),
        enters and row.state != Alert.State.CANCELLED,
        enters and row.state == Alert.State.IN_FORCE,
        drafts and row.state == Alert.State.IN_FORCE,
    )


def _line_view(line: AlertLine, alert: Alert, actor: Actor) -> LineView:
    line.alert = alert
    rings = tuple(line.rings.all())
    waits = line.state == State.WAITING
    rung = any(str(ring.member_id) == actor.id for ring in rings)
    return LineView(
        line,
        rings,
        waits and rung and permitted(actor, ACKNOWLEDGE, owned_line(line, actor.id)),
        waits and bool(rings) and permitted(actor, RECORD, owned_line(line)),
    )


def alert_of_line(key: UUID | str, actor: Actor) -> Alert:
    """The warning to which a line belongs; NotFound where there is none or the actor may not see
    any. One query."""
    line = AlertLine.objects.filter(pk=key).select_related("alert").first()
    if line is None or not permitted_somewhere(actor, VIEW):
        raise NotFound(_("没有这条预警，或您没有查看的权限。"))
    return line.alert


def messages_of(alert: Alert) -> list[Message]:
    """A warning's messages without their documents, the newest first. One query."""
    rows = alert.messages.defer("document").select_related("by")
    return list(rows.order_by("-sent_at", "-taken_at", "-pk"))


def messages_referred(triples: Iterable[tuple[str, str, datetime]]) -> list[Message]:
    """The messages that others refer to by sender, identifier and moment. One query."""
    wanted = Q(pk__in=[])
    for sender, identifier, sent_at in triples:
        wanted |= Q(sender=sender, identifier=identifier, sent_at=sent_at)
    return list(Message.objects.filter(wanted).defer("document").order_by("-sent_at", "-pk"))


def updated_already(source: Source, read: cap.Alert) -> Alert | None:
    """The source's warning of which a message that came before this one, and was sent after it,
    says that it updates it. One query, and a reading for each message sent after it."""
    own = Reference(read.sender, read.identifier, read.sent)
    rows = Message.objects.filter(
        alert__source=source, msg_type=MessageType.UPDATE, way=Message.Way.RECEIVED
    )
    for row in rows.filter(sent_at__gte=read.sent).select_related("alert").order_by("pk"):
        if own in cap.read(bytes(row.document)).references:
            return row.alert
    return None


def area_choices() -> list[tuple[str, str]]:
    """The streets that a warning can be limited to, as (code, name). One query."""
    return [(unit.pk, unit.display_short) for unit in units(level=Level.STREET)]


def entering_unit(actor: Actor) -> Unit | None:
    """The district, where the actor may enter warnings for it; None otherwise. One query."""
    root = root_unit()
    return root if permitted(actor, ENTER, Owned(root.pk, path=root.path)) else None
