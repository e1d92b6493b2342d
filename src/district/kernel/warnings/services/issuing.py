"""Issuing a draft that somebody else wrote: as a CAP message, and as a warning in force."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import mark_settled
from district.kernel.organisation.public import Member, authorise, root_unit
from district.kernel.warnings import cap
from district.kernel.warnings.cap import Info, Pair, Reference
from district.kernel.warnings.models import Alert, Draft, Message
from district.kernel.warnings.names import APPROVE
from district.kernel.warnings.rules.catalogue import Catalogue
from district.kernel.warnings.rules.ground import Ground, cap_area
from district.kernel.warnings.selectors.catalogue import catalogue
from district.kernel.warnings.selectors.concern import units_concerned
from district.kernel.warnings.selectors.grounds import with_shapes
from district.kernel.warnings.services.applying import (
    Facts,
    Home,
    Sent,
    change_alert,
    end_alert,
    open_alert,
)
from district.kernel.warnings.services.drafting import (
    draft_subject,
    ground_of_draft,
    locked_draft,
    owned_by,
    refuse_changed,
    refuse_unissued,
)

#: What people should do, as CAP calls it, where a warning is in force and where it is over.
_RESPONSE, _ALL_CLEAR = "Prepare", "AllClear"
_GEOCODE = "adcode"


@transaction.atomic
def approve_draft(key: UUID | str, *, actor: Actor, seen: int | None = None) -> Alert:
    """Approve and issue a draft; whoever wrote or submitted any of it may not.

    `seen` is the version whose words were read: another one is not issued. Raises NotFound,
    NotPermitted, Conflict, and Invalid where it may not be issued.
    """
    about = Draft.objects.filter(pk=key).values_list("alert_id", flat=True).first()
    # The warning is locked before everything that belongs to it.
    alert = Alert.objects.select_for_update().get(pk=about) if about else None
    draft = locked_draft(key, {Draft.State.SUBMITTED})
    authorise(actor, APPROVE, owned_by(draft.lead_unit))
    if actor.kind != "member" or actor.id in draft.writers:
        raise NotPermitted(_("拟稿和提交的人不能审批自己的预警，请由另一位有权限的人审批。"))
    refuse_changed(draft, seen)
    known = catalogue()
    refuse_unissued(draft.kind, draft.colour, known)
    if alert is not None and alert.state != Alert.State.IN_FORCE:
        raise Conflict(_("这条预警已经结束，不能再更新或解除。"))
    now = clock.now().replace(microsecond=0)
    expires = draft.expires_at or now + known.colours[draft.colour].lasts
    if expires <= now:
        raise Invalid("expires_at", _("失效时间已经过去。"), _("请退回修改后再审批。"))
    issued = _issue(draft, alert, _Issuing(known, now, expires), actor)
    draft.state, draft.decided_at = Draft.State.ISSUED, clock.now()
    draft.decided_by = Member.objects.get(pk=actor.id)
    draft.alert, draft.message = issued, issued.messages.order_by("-taken_at", "-pk").first()
    save_versioned(draft)
    mark_settled(draft_subject(draft))
    data = {"alert": issued.pk, "message": draft.message_id}
    record(draft_subject(draft), "warnings.draft.issued", data, actor=actor)
    return issued


class _Issuing:
    """The catalogue, and when a message is sent and expires."""

    def __init__(self, known: Catalogue, now: datetime, expires: datetime) -> None:
        self.known, self.now, self.expires = known, now, expires


def _issue(draft: Draft, alert: Alert | None, at: _Issuing, actor: Actor) -> Alert:
    message = _message(draft, alert, at)
    document = cap.write(message)
    sent = Sent(
        Message.Way.ISSUED,
        draft.msg_type,
        message.identifier,
        message.sender,
        message.sent,
        cap.moment_text(message.sent),
        document,
        hashlib.sha256(document).hexdigest(),
        draft.reason,
        Member.objects.get(pk=actor.id),
    )
    if alert is not None and draft.msg_type == "Cancel":
        end_alert(alert, Alert.State.CANCELLED, draft.reason, actor=actor, sent=sent)
        return alert
    facts = _facts(draft, message, at)
    if alert is not None:
        change_alert(alert, facts, sent, actor=actor)
        return alert
    return open_alert(facts, sent, Home(Alert.Origin.OWN, draft.lead_unit_id), actor=actor)


def _facts(draft: Draft, message: cap.Alert, at: _Issuing) -> Facts:
    ground = ground_of_draft(draft)
    units = units_concerned(ground, draft.kind, at.known)
    if units is None:
        raise Invalid("polygon", _("划定的区域不在本区。"), _("请退回修改区域。"))
    chinese, english = message.infos
    return Facts(
        kind=draft.kind,
        colour=draft.colour,
        signal=at.known.signal(draft.kind, draft.colour),
        sender_name=chinese.sender_name,
        sender_name_en=english.sender_name,
        headline=draft.headline,
        headline_en=draft.headline_en,
        description=draft.description,
        description_en=draft.description_en,
        instruction=draft.instruction,
        instruction_en=draft.instruction_en,
        ground=ground,
        units=tuple(unit.pk for unit in units),
        effective_at=at.now,
        onset_at=draft.onset_at,
        expires_at=at.expires,
    )


def _message(draft: Draft, alert: Alert | None, at: _Issuing) -> cap.Alert:
    """The draft as a message of CAP, in both languages."""
    root = root_unit()
    demo = clock.is_demo()
    references = tuple(
        Reference(sender, identifier, datetime.fromisoformat(sent))
        for sender, identifier, sent in (
            alert.messages.order_by("sent_at", "pk").values_list(
                "sender", "identifier", "sent_text"
            )
            if alert
            else ()
        )
    )
    ground = with_shapes(ground_of_draft(draft))
    chinese = _info(draft, at, "zh-CN", ground)
    english = _info(draft, at, "en-US", ground)
    return cap.Alert(
        identifier=f"{root.pk}-{draft.pk.hex}",
        sender=at.known.sender or f"warnings@{root.pk}",
        sent=timezone.localtime(at.now),
        # No machine shall take a demo's invented warning for a real one.
        status="Exercise" if demo else "Actual",
        msg_type=draft.msg_type,
        note=" ".join(part for part in (draft.reason, "demo" if demo else "") if part),
        references=references,
        infos=(chinese, english),
    )


def _info(draft: Draft, at: _Issuing, language: str, ground: Ground) -> Info:
    kind, colour = at.known.kind(draft.kind), at.known.colours[draft.colour]
    urgency, severity, certainty = at.known.signal(draft.kind, draft.colour)
    english, over = language.startswith("en"), draft.msg_type == "Cancel"
    unit = draft.lead_unit
    with translation.override("en" if english else "zh-hans"):
        named = unit.display_name
        cancelled = _("解除")
    event = (
        f"{colour.name_en} {kind.name_en} warning" if english else f"{kind.name}{colour.name}预警"
    )
    headline = (draft.headline_en or event) if english else draft.headline
    if over:
        headline = f"{cancelled}: {headline}" if english else f"{cancelled}{headline}"
    area = (draft.area_text_en if english else "") or draft.area_text or ground.description
    text = draft.description_en if english else draft.description
    return Info(
        event=event,
        categories=(kind.category,),
        urgency="Past" if over else urgency,
        severity=severity,
        certainty=certainty,
        language=language,
        responses=(_ALL_CLEAR if over else _RESPONSE,),
        event_codes=(Pair("kind", kind.key),),
        effective=timezone.localtime(at.now),
        onset=_whole(draft.onset_at),
        expires=_whole(at.expires),
        sender_name=(at.known.sender_name_en if english else at.known.sender_name) or named,
        headline=headline[:300],
        description=draft.reason if over and not english else text,
        instruction="" if over else (draft.instruction_en if english else draft.instruction),
        contact=at.known.contact,
        parameters=(Pair("colour", draft.colour),),
        areas=(cap_area(ground, area, _GEOCODE),),
    )


def _whole(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment).replace(microsecond=0) if moment else None
