"""Taking a CAP message of a source: once, in order, and never lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise, root_unit
from district.kernel.warnings import cap
from district.kernel.warnings.cap import CapError, Problem
from district.kernel.warnings.models import Alert, Message, Source, Unfit
from district.kernel.warnings.names import RECEIVE
from district.kernel.warnings.rules.ground import ground_of
from district.kernel.warnings.rules.signals import chinese_of, colour_of, english_of, kind_of
from district.kernel.warnings.selectors.alerts import messages_referred, updated_already
from district.kernel.warnings.selectors.catalogue import catalogue
from district.kernel.warnings.selectors.concern import units_concerned
from district.kernel.warnings.services.applying import (
    Facts,
    Home,
    Sent,
    change_alert,
    end_alert,
    keep_message,
    open_alert,
)
from district.kernel.warnings.services.unfit import keep, settle_taken

#: A message that says it was sent later than now, but for clocks that differ, is not believed.
_SKEW = timedelta(minutes=10)


class _UnfitError(Exception):
    """A valid message that is no warning of ours."""

    def __init__(self, code: str, where: str = "", detail: str = "") -> None:
        self.problem = Problem(code, where, detail[:120])
        super().__init__(code)


@dataclass(frozen=True)
class Receipt:
    """What became of a message: `taken`, `known` (the very same came before), or `kept` aside
    with its problems."""

    outcome: str
    alert: Alert | None = None
    unfit: Unfit | None = None
    problems: tuple[Problem, ...] = ()


def receive(source: Source, data: bytes) -> Receipt:
    """Take the bytes that a source sent.

    A message is known by identifier, sender and moment; the same again changes nothing. What does
    not fit is kept with its problems. Nothing that a sender can write raises.
    """
    actor = Actor("system", "warnings.intake", source.name)
    try:
        return _receive(source, data, actor)
    except IntegrityError:
        # The same message at the same moment: the other one stands, and is found now.
        return _receive(source, data, actor)


@transaction.atomic
def _receive(source: Source, data: bytes, actor: Actor) -> Receipt:
    authorise(actor, RECEIVE)
    try:
        read = cap.read(data)
    except CapError as error:
        unfit = keep(source, data, error.problems, actor=actor)
        return Receipt("kept", unfit=unfit, problems=error.problems)
    try:
        receipt = _take(source, data, read, actor)
        settle_taken(source, data, actor=actor)
        return receipt
    except _UnfitError as error:
        unfit = keep(source, data, [error.problem], read, actor=actor)
        return Receipt("kept", unfit=unfit, problems=(error.problem,))


def _take(source: Source, data: bytes, read: cap.Alert, actor: Actor) -> Receipt:
    if read.sender not in source.senders:
        raise _UnfitError("not_your_sender", "sender", read.sender)
    digest = hashlib.sha256(data).hexdigest()
    known = Message.objects.filter(
        sender=read.sender, identifier=read.identifier, sent_at=read.sent
    ).defer("document")
    before = known.select_related("alert").first()
    if before is not None:
        if before.sha256 != digest:
            raise _UnfitError("other_content", "identifier", read.identifier)
        return Receipt("known", before.alert)
    now = clock.now()
    if read.status != "Actual":
        raise _UnfitError("not_actual", "status", read.status)
    if read.msg_type not in ("Alert", "Update", "Cancel"):
        raise _UnfitError("not_for_us", "msgType", read.msg_type)
    if read.sent > now + _SKEW:
        raise _UnfitError("from_the_future", "sent", cap.moment_text(read.sent))
    sent = Sent(
        Message.Way.RECEIVED,
        read.msg_type,
        read.identifier,
        read.sender,
        read.sent,
        cap.moment_text(read.sent),
        data,
        digest,
        read.note,
    )
    if read.msg_type == "Alert":
        updated = updated_already(source, read)
        if updated is not None:
            info, colour = chinese_of(read), colour_of(read, catalogue()) or updated.colour
            headline = (info.headline or info.event) if info else ""
            keep_message(updated, sent, colour, headline, applied=False)
            return Receipt("taken", updated)
        home = Home(Alert.Origin.INCOMING, root_unit().pk, source)
        return Receipt("taken", open_alert(_facts(read, now), sent, home, actor=actor))
    return _follow(source, read, sent, now, actor)


def _follow(source: Source, read: cap.Alert, sent: Sent, now: datetime, actor: Actor) -> Receipt:
    """An update or cancellation of what came before."""
    alerts = _referred(source, read)
    if read.msg_type == "Cancel":
        if not alerts:
            raise _UnfitError("unknown_reference", "references", _named(read))
        if not _is_newest(alerts[0], read.sent):
            keep_message(alerts[0], sent, alerts[0].colour, sent.note or "", applied=False)
            return Receipt("taken", alerts[0])
        info = chinese_of(read)
        note = read.note or (info.headline if info else "")
        end_alert(alerts[0], Alert.State.CANCELLED, note, actor=actor, sent=sent)
        _supersede(alerts[1:], read, actor)
        return Receipt("taken", alerts[0])
    facts = _facts(read, now)
    if not alerts:
        # What it updates never came here; what it says holds all the same.
        home = Home(Alert.Origin.INCOMING, root_unit().pk, source)
        return Receipt("taken", open_alert(facts, sent, home, actor=actor))
    if not _is_newest(alerts[0], read.sent):
        keep_message(alerts[0], sent, facts.colour, facts.headline, applied=False)
        return Receipt("taken", alerts[0])
    change_alert(alerts[0], facts, sent, actor=actor)
    _supersede(alerts[1:], read, actor)
    return Receipt("taken", alerts[0])


def _referred(source: Source, read: cap.Alert) -> list[Alert]:
    """The source's own warnings that a message refers to, locked in the order of their keys;
    those in force first, the newest first."""
    triples = [(each.sender, each.identifier, each.sent) for each in read.references]
    found = {message.alert_id for message in messages_referred(triples)}
    rows = Alert.objects.select_for_update().filter(pk__in=found, source=source)
    alerts = list(rows.order_by("pk"))
    alerts.sort(key=lambda each: (each.state != Alert.State.IN_FORCE, -each.sent_at.timestamp()))
    return alerts


def _is_newest(alert: Alert, sent: datetime) -> bool:
    """Whether nothing newer was said of the warning already."""
    last = alert.messages.order_by("-sent_at").values_list("sent_at", flat=True).first()
    return last is None or sent >= last


def _supersede(alerts: list[Alert], read: cap.Alert, actor: Actor) -> None:
    """Other warnings that the message refers to are over with it."""
    for alert in alerts:
        if alert.state == Alert.State.IN_FORCE:
            end_alert(alert, Alert.State.CANCELLED, read.identifier, actor=actor)


def _named(read: cap.Alert) -> str:
    return " ".join(each.identifier for each in read.references)


def _facts(read: cap.Alert, now: datetime) -> Facts:
    """What a message says, in our words; _UnfitError where it cannot be one of our warnings."""
    known = catalogue()
    info, english = chinese_of(read), english_of(read)
    if info is None:
        raise _UnfitError("no_info", "info")
    colour, kind = colour_of(read, known), kind_of(read, known)
    if not colour:
        raise _UnfitError("no_colour", "info[1].severity", info.severity)
    expires = info.expires or read.sent + known.colours[colour].lasts
    if expires <= now:
        raise _UnfitError("over_already", "info[1].expires", cap.moment_text(expires))
    ground = ground_of(info, english, known.geocodes)
    units = units_concerned(ground, kind, known)
    if units is None:
        raise _UnfitError("elsewhere", "info[1].area", ground.description)
    other = english if english is not info else None
    return Facts(
        kind=kind,
        colour=colour,
        signal=(info.urgency, info.severity, info.certainty),
        sender_name=info.sender_name or read.sender,
        sender_name_en=other.sender_name if other else "",
        headline=info.headline or info.event,
        headline_en=(other.headline or other.event) if other else "",
        description=info.description,
        description_en=other.description if other else "",
        instruction=info.instruction,
        instruction_en=other.instruction if other else "",
        ground=ground,
        units=tuple(unit.pk for unit in units),
        effective_at=info.effective or read.sent,
        onset_at=info.onset,
        expires_at=expires,
        scope=read.scope,
    )
