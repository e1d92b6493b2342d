"""What a message does to warnings: opens one, changes it, ends it. For receiving, entering and
issuing alike; they have authorised it and say who acted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.masking import without_numbers
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, publish, record
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import Member
from district.kernel.warnings.models import Alert, AlertLine, LineRing, Message, Source
from district.kernel.warnings.rules.ground import Ground, to_json
from district.kernel.warnings.rules.rounds import round_of
from district.kernel.warnings.selectors.alerts import alert_subject
from district.kernel.warnings.services.calling import call_units, end_waiting

CHANGED = "warnings.alert.changed"
_TEXTS = (
    "headline", "headline_en", "description", "description_en", "instruction", "instruction_en",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What a message says of a warning. Moments are aware; `units` are those concerned."""

    kind: str
    colour: str
    signal: tuple[str, str, str]
    sender_name: str
    headline: str
    description: str
    instruction: str
    ground: Ground
    units: tuple[str, ...]
    effective_at: datetime
    expires_at: datetime
    onset_at: datetime | None = None
    sender_name_en: str = ""
    headline_en: str = ""
    description_en: str = ""
    instruction_en: str = ""
    scope: str = "Public"

    def put_on(self, alert: Alert) -> None:
        """Let the warning say this, in memory."""
        for name in (*_TEXTS, "kind", "colour", "scope", "effective_at", "onset_at", "expires_at"):
            setattr(alert, name, getattr(self, name))
        alert.headline, alert.headline_en = self.headline[:200], self.headline_en[:300]
        alert.urgency, alert.severity, alert.certainty = self.signal
        alert.sender_name = self.sender_name[:200]
        alert.sender_name_en = self.sender_name_en[:200]
        alert.area_text = self.ground.description[:500]
        alert.area_text_en = self.ground.description_en[:500]
        alert.ground, alert.units = to_json(self.ground), list(self.units)


@dataclass(frozen=True)
class Sent:
    """A message to be kept: which one it is, how it came, and its document."""

    way: str
    msg_type: str
    identifier: str
    sender: str
    sent_at: datetime
    sent_text: str
    document: bytes = b""
    sha256: str = ""
    note: str = ""
    by: Member | None = None


@dataclass(frozen=True)
class Home:
    """To whom a new warning belongs and where it comes from."""

    origin: str
    unit: str
    source: Source | None = field(default=None)


def keep_message(
    alert: Alert, sent: Sent, colour: str, headline: str, *, applied: bool = True
) -> Message:
    """Keep a message of a warning. IntegrityError where it is known already."""
    return Message.objects.create(
        alert=alert,
        way=sent.way,
        msg_type=sent.msg_type,
        identifier=sent.identifier,
        sender=sent.sender,
        sent_at=sent.sent_at,
        sent_text=sent.sent_text,
        colour=colour,
        headline=headline[:200],
        note=sent.note[:300],
        document=sent.document,
        sha256=sent.sha256,
        applied=applied,
        taken_at=clock.now(),
        by=sent.by,
    )


def open_alert(facts: Facts, sent: Sent, home: Home, *, actor: Actor) -> Alert:
    """A new warning: in force, its units called."""
    now = clock.now()
    alert = Alert(
        origin=home.origin,
        lead_unit_id=home.unit,
        source=home.source,
        sender=sent.sender,
        sent_at=sent.sent_at,
        changed_at=now,
    )
    facts.put_on(alert)
    day = timezone.localtime(now).strftime("%y%m%d")
    alert.number = f"YJ{day}-{alert.pk.hex[-6:].upper()}"
    alert.save(force_insert=True)
    message = keep_message(alert, sent, facts.colour, facts.headline)
    _note(alert, "warnings.alert.opened", message, facts, actor)
    call_units(alert, message, facts.units, now)
    return alert


def change_alert(alert: Alert, facts: Facts, sent: Sent, *, actor: Actor) -> Message:
    """A locked warning says something else from now on; units are called as the change asks."""
    now = clock.now()
    revived = alert.state != Alert.State.IN_FORCE
    colour, before = alert.colour, list(alert.units)
    facts.put_on(alert)
    alert.state, alert.ended_at, alert.end_note = Alert.State.IN_FORCE, None, ""
    alert.sender, alert.sent_at, alert.changed_at = sent.sender, sent.sent_at, now
    save_versioned(alert)
    message = keep_message(alert, sent, facts.colour, facts.headline)
    _note(alert, "warnings.alert.updated", message, facts, actor)
    asked = round_of(before, facts.units, colour_changed=facts.colour != colour, revived=revived)
    end_waiting(alert, AlertLine.State.WITHDRAWN, asked.withdraw, reason="updated")
    # Answers of those who are called anew, or no longer concerned, are of an earlier round.
    gone = {*asked.call, *asked.withdraw}
    alert.lines.filter(lead_unit__in=gone).update(is_current=False)
    call_units(alert, message, asked.call, now)
    _tell_rung(alert, _("预警已更新：%(title)s"), set(facts.units) - set(asked.call))
    return message


def end_alert(
    alert: Alert, state: str, note: str, *, actor: Actor, sent: Sent | None = None
) -> None:
    """A locked warning is over: cancelled by a message, or expired without one."""
    now = clock.now()
    alert.state, alert.end_note = state, note[:300]
    alert.ended_at, alert.changed_at = (sent.sent_at if sent else alert.expires_at), now
    save_versioned(alert, ["state", "end_note", "ended_at", "changed_at"])
    if sent is not None:
        keep_message(alert, sent, alert.colour, sent.note or alert.headline)
    kind = (
        "warnings.alert.cancelled" if state == Alert.State.CANCELLED else "warnings.alert.expired"
    )
    record(alert_subject(alert), kind, {"note": without_numbers(note[:300])}, actor=actor)
    publish(CHANGED, {"alert": str(alert.pk)}, alert_subject(alert))
    if state == Alert.State.CANCELLED:
        end_waiting(alert, AlertLine.State.WITHDRAWN, reason="cancelled")
        _tell_rung(alert, _("预警已解除：%(title)s"), set(alert.units))
    else:
        end_waiting(alert, AlertLine.State.LAPSED, reason="expired")


def _note(alert: Alert, kind: str, message: Message, facts: Facts, actor: Actor) -> None:
    data: dict[str, Any] = {
        "identifier": message.identifier,
        "sender": message.sender,
        "sent_at": message.sent_at,
        "way": message.way,
        "kind": facts.kind,
        "colour": facts.colour,
        "expires_at": facts.expires_at,
        "units": list(facts.units),
        "sha256": message.sha256,
    }
    record(alert_subject(alert), kind, data, actor=actor, note=without_numbers(message.note))
    publish(CHANGED, {"alert": str(alert.pk)}, alert_subject(alert))


def _tell_rung(alert: Alert, words: str, units: set[str]) -> None:
    """Tell everybody whom lines of these units have rung; no answer is asked for."""
    rings = LineRing.objects.filter(line__alert=alert, line__lead_unit__in=units)
    members = list(rings.order_by().values_list("member_id", flat=True).distinct())
    if members:
        title = words % {"title": without_numbers(alert.headline)}
        notify(members, title[:200], "", alert.get_absolute_url(), alert_subject(alert))
