"""Warnings of others that a duty officer enters by hand, and changes and lifts by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Level,
    Owned,
    authorise,
    member_of_actor,
    root_unit,
    units,
)
from district.kernel.warnings import cap
from district.kernel.warnings.models import Alert, Message
from district.kernel.warnings.names import ENTER
from district.kernel.warnings.rules.catalogue import Catalogue
from district.kernel.warnings.rules.ground import Ground
from district.kernel.warnings.selectors.catalogue import catalogue
from district.kernel.warnings.selectors.concern import units_concerned
from district.kernel.warnings.services.applying import (
    Facts,
    Home,
    Sent,
    change_alert,
    end_alert,
    open_alert,
)

#: CAP's sender of what was entered here; nobody sends under it.
BY_HAND = "by-hand"
LONGEST = 5000


@dataclass(frozen=True)
class Entered:
    """What a duty officer was told. `areas` are codes of streets, none for the whole district;
    without `expires_at` it lasts as long as its colour does. `key` enters it once."""

    kind: str
    colour: str
    sender_name: str
    headline: str
    description: str
    sent_at: datetime
    instruction: str = ""
    areas: Sequence[str] = ()
    expires_at: datetime | None = None
    key: str = ""


def enter_by_hand(entered: Entered, *, actor: Actor) -> Alert:
    """A warning that came by telephone, fax or the news: its units are called.

    Raises NotPermitted, and Invalid naming the field.
    """
    try:
        return _enter(entered, actor)
    except IntegrityError:
        # The same form at the same moment: the other one stands, and is found now.
        return _enter(entered, actor)


@transaction.atomic
def _enter(entered: Entered, actor: Actor) -> Alert:
    root = root_unit()
    authorise(actor, ENTER, Owned(root.pk, path=root.path))
    before = Message.objects.filter(
        sender=BY_HAND, identifier=_identifier(entered.key) or "-"
    ).first()
    if before is not None:
        return before.alert
    facts = _facts(entered)
    sent = _sent("Alert", entered.sent_at, actor, entered.key)
    return open_alert(facts, sent, Home(Alert.Origin.INCOMING, root.pk), actor=actor)


@transaction.atomic
def change_by_hand(key: UUID | str, entered: Entered, *, actor: Actor) -> Alert:
    """The warning says something else from now on, as the duty officer was told.

    Raises NotFound, NotPermitted, Conflict for one that was lifted, Invalid naming the field.
    """
    alert = _incoming(key, actor)
    if alert.state == Alert.State.CANCELLED:
        raise Conflict(_("这条预警已经解除，不能再更新。"))
    if entered.sent_at < alert.sent_at:
        raise Invalid("sent_at", _("发布时间早于上一次发布。"), _("请填写这次更新的发布时间。"))
    change_alert(alert, _facts(entered), _sent("Update", entered.sent_at, actor), actor=actor)
    return alert


@transaction.atomic
def lift_by_hand(key: UUID | str, note: str, *, actor: Actor) -> Alert:
    """The warning is over, as the duty officer was told.

    Raises NotFound, NotPermitted, Conflict for one that is over, Invalid without words.
    """
    alert = _incoming(key, actor)
    if alert.state != Alert.State.IN_FORCE:
        raise Conflict(_("这条预警已经结束。"))
    if not note.strip():
        raise Invalid("note", _("还没有写解除依据。"), _("例如“气象台9时30分解除”。"))
    now = clock.now().replace(microsecond=0)
    sent = _sent("Cancel", max(now, alert.sent_at), actor, note=note.strip()[:300])
    end_alert(alert, Alert.State.CANCELLED, note.strip()[:300], actor=actor, sent=sent)
    return alert


def _incoming(key: UUID | str, actor: Actor) -> Alert:
    alert = Alert.objects.select_for_update().filter(pk=key).first()
    if alert is None:
        raise NotFound(_("没有这条预警。"))
    authorise(actor, ENTER, Owned(alert.lead_unit_id))
    if alert.is_own:
        raise Conflict(_("本区发布的预警须拟稿、审批后更新或解除。"))
    return alert


def _identifier(key: str) -> str:
    """The name of the message that a form's key makes."""
    return key.replace("\x00", "")[:80]


def _sent(msg_type: str, at: datetime, actor: Actor, key: str = "", note: str = "") -> Sent:
    moment = at.replace(microsecond=0)
    text = cap.moment_text(timezone.localtime(moment))
    identifier = _identifier(key) or uuid4().hex
    return Sent(
        Message.Way.ENTERED,
        msg_type,
        identifier,
        BY_HAND,
        moment,
        text,
        note=note,
        by=member_of_actor(actor),
    )


def _facts(entered: Entered) -> Facts:
    known = catalogue()
    _check(entered, known)
    expires = entered.expires_at or entered.sent_at + known.colours[entered.colour].lasts
    if expires <= clock.now():
        raise Invalid("expires_at", _("失效时间已经过去。"), _("请填写以后的时间。"))
    chosen = units(level=Level.STREET).filter(pk__in=entered.areas)
    found = list(chosen.values_list("pk", "name", "name_en"))
    if len(found) < len(set(entered.areas)):
        raise Invalid("areas", _("有的区域不存在。"), _("请从列表中选择。"))
    root = root_unit()
    ground = Ground(
        "、".join(name for _code, name, _english in found) or root.name,
        "; ".join(english or name for _code, name, english in found) or root.name_en,
        codes=tuple(code for code, _name, _english in found),
    )
    concerned = units_concerned(ground, entered.kind, known) or []
    return Facts(
        kind=entered.kind,
        colour=entered.colour,
        signal=known.signal(entered.kind, entered.colour),
        sender_name=entered.sender_name.strip(),
        headline=entered.headline.strip(),
        description=entered.description.strip(),
        instruction=entered.instruction.strip(),
        ground=ground,
        units=tuple(unit.pk for unit in concerned),
        effective_at=entered.sent_at,
        expires_at=expires,
    )


def _check(entered: Entered, known: Catalogue) -> None:
    check_signal(entered.kind, entered.colour, known)
    if not 2 <= len(entered.sender_name.strip()) <= 100:
        raise Invalid("sender_name", _("发布单位不对。"), _("例如“市气象台”。"))
    if not 2 <= len(entered.headline.strip()) <= 200:
        raise Invalid("headline", _("标题不对。"), _("请填写2到200个字。"))
    if not entered.description.strip():
        raise Invalid("description", _("还没有写预警内容。"), _("请照原文录入。"))
    for name in ("description", "instruction"):
        if len(getattr(entered, name)) > LONGEST:
            raise Invalid(name, _("内容太长。"), _("请不超过%(n)s个字。") % {"n": LONGEST})
    if entered.sent_at > clock.now():
        raise Invalid("sent_at", _("发布时间还没有到。"), _("请填写原文的发布时间。"))


def check_signal(kind: str, colour: str, known: Catalogue) -> None:
    """Invalid for a kind that there is not, or a colour that it has not."""
    if kind not in known.kinds:
        raise Invalid("kind", _("没有这个灾种。"), _("请从列表中选择。"))
    if colour not in known.kinds[kind].colours:
        raise Invalid(
            "colour",
            _("%(kind)s没有这个颜色的预警。") % {"kind": known.kinds[kind].name},
            _("请选择：%(colours)s。")
            % {"colours": "、".join(known.colours[c].name for c in known.kinds[kind].colours)},
        )
