"""Drafts of our own warnings: by hand or from an event, edited, submitted, returned, dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.masking import without_numbers
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.notifications.public import mark_settled, notify
from district.kernel.organisation.public import (
    Owned,
    Unit,
    authorise,
    member_of_actor,
    members_permitted,
)
from district.kernel.warnings.cap.texts import printable
from district.kernel.warnings.models import Alert, Draft
from district.kernel.warnings.names import APPROVE, DRAFT_SUBJECT, WRITE_DRAFT
from district.kernel.warnings.rules.catalogue import Catalogue
from district.kernel.warnings.rules.ground import Ground, from_json, to_json
from district.kernel.warnings.selectors.catalogue import catalogue
from district.kernel.warnings.selectors.grounds import chosen_ground
from district.kernel.warnings.services.entering import LONGEST, check_signal

State = Draft.State
_MOST_HEADLINE = 120


@dataclass(frozen=True)
class DraftValues:
    """What a draft says. `areas` are codes of streets; `polygon` and `circle` are drawn ones, as
    CAP writes them; without any of them it holds for the whole district."""

    kind: str
    colour: str
    headline: str
    description: str
    instruction: str = ""
    headline_en: str = ""
    description_en: str = ""
    instruction_en: str = ""
    areas: Sequence[str] = ()
    polygon: str = ""
    circle: str = ""
    area_text: str = ""
    area_text_en: str = ""
    onset_at: datetime | None = None
    expires_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class EventFacts:
    """What an alarm or event says, from which a warning is drafted.

    `unit` drafts. `about` is the event's typed reference, `key` makes one draft of it. The place
    is codes of streets, or a point (WGS-84 degrees) with a radius in kilometres.
    """

    kind: str
    colour: str
    unit: str
    headline: str
    text: str
    about: Subject
    key: str
    areas: tuple[str, ...] = ()
    lon: Decimal | None = None
    lat: Decimal | None = None
    radius: Decimal = Decimal(1)
    onset_at: datetime | None = None


def draft_subject(draft: Draft) -> Subject:
    """The reference of a draft."""
    return Subject(DRAFT_SUBJECT, str(draft.pk))


def owned_by(unit: Unit) -> Owned:
    """To whom a unit's drafts belong."""
    return Owned(unit.pk, path=unit.path)


def refuse_unissued(kind: str, colour: str, known: Catalogue) -> None:
    """Invalid, saying what may be issued, for a warning that the district does not issue."""
    check_signal(kind, colour, known)
    if known.may_issue(kind, colour):
        return
    own = "；".join(
        f"{each.name}（{'、'.join(known.colours[c].name for c in colours)}）"
        for each, colours in known.issuable
    )
    raise Invalid(
        "kind",
        _("本区不自行发布%(kind)s%(colour)s预警，该类预警由气象等主管部门发布。")
        % {"kind": known.kind(kind).name, "colour": known.colours[colour].name},
        _("本区可以发布：%(own)s。") % {"own": own or _("无")},
    )


@transaction.atomic
def draft_from(facts: EventFacts, *, actor: Actor) -> Draft:
    """A draft of what an event says, for somebody to look over; the same key drafts once.

    Raises NotPermitted, and Invalid where the district does not issue such a warning.
    """
    unit = Unit.objects.filter(pk=facts.unit, is_active=True).first()
    if unit is None:
        raise Invalid("unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    authorise(actor, WRITE_DRAFT, owned_by(unit))
    if not 1 <= len(facts.key) <= 120:
        raise Invalid("key", _("请求编号不对。"), _("请填写1到120个字符。"))
    before = Draft.objects.filter(key=facts.key).first()
    if before is not None:
        return before
    refuse_unissued(facts.kind, facts.colour, catalogue())
    values = DraftValues(
        facts.kind,
        facts.colour,
        facts.headline,
        facts.text,
        areas=facts.areas,
        circle=_circle(facts),
        onset_at=facts.onset_at,
    )
    draft = Draft(lead_unit=unit, about=str(facts.about), facts=facts.text, key=facts.key)
    _put(draft, values, catalogue())
    try:
        return _create(draft, actor)
    except Conflict:
        # The same event at the same moment: the other draft stands.
        other = Draft.objects.filter(key=facts.key).first()
        if other is None:
            raise
        return other


def _circle(facts: EventFacts) -> str:
    if facts.lat is None or facts.lon is None:
        return ""
    return f"{facts.lat:f},{facts.lon:f} {facts.radius:f}"


@transaction.atomic
def save_draft(
    values: DraftValues, draft: Draft | None = None, *, unit: str = "", actor: Actor
) -> Draft:
    """Write a new draft in the name of `unit`, or change one that is not submitted.

    Raises NotPermitted, Conflict, and Invalid naming the field.
    """
    known = catalogue()
    if draft is None:
        home = Unit.objects.filter(pk=unit, is_active=True).first()
        if home is None:
            raise Invalid("unit", _("没有这个单位。"), _("请从单位列表中选择。"))
        authorise(actor, WRITE_DRAFT, owned_by(home))
        row = Draft(lead_unit=home)
        refuse_unissued(values.kind, values.colour, known)
        _put(row, values, known)
        return _create(row, actor)
    row = locked_draft(draft.pk, {State.DRAFT})
    authorise(actor, WRITE_DRAFT, owned_by(row.lead_unit))
    refuse_changed(row, draft.version)
    _put(row, values, known)
    _write(row, actor)
    save_versioned(row)
    record(draft_subject(row), "warnings.draft.changed", _told(row), actor=actor)
    return row


@transaction.atomic
def draft_update(key: UUID | str, *, actor: Actor) -> Draft:
    """Begin an update of one of our warnings, saying what the warning says now.

    Raises NotFound, NotPermitted, and Conflict where it is over or one is being drafted already.
    """
    return _draft_about(key, "Update", actor)


@transaction.atomic
def draft_cancel(key: UUID | str, reason: str, *, actor: Actor) -> Draft:
    """Begin the cancellation of one of our warnings, for a reason. Raises as `draft_update`."""
    if not reason.strip():
        raise Invalid("reason", _("还没有写解除的原因。"), _("请写明原因。"))
    return _draft_about(key, "Cancel", actor, cleaned(reason)[:300])


def _draft_about(key: UUID | str, msg_type: str, actor: Actor, reason: str = "") -> Draft:
    alert = Alert.objects.select_for_update().filter(pk=key).first()
    if alert is None:
        raise NotFound(_("没有这条预警。"))
    authorise(actor, WRITE_DRAFT, owned_by(alert.lead_unit))
    if not alert.is_own:
        raise Conflict(_("这条预警不是本区发布的，不能由本区拟稿更新。"))
    if alert.state != Alert.State.IN_FORCE:
        raise Conflict(_("这条预警已经结束。"))
    draft = Draft(lead_unit=alert.lead_unit, alert=alert, msg_type=msg_type, reason=reason)
    for name in (
        "kind", "colour", "headline", "headline_en", "description", "description_en",
        "instruction", "instruction_en", "area_text", "area_text_en", "ground", "onset_at",
        "expires_at",
    ):  # fmt: skip
        setattr(draft, name, getattr(alert, name))
    return _create(draft, actor)


def _create(draft: Draft, actor: Actor) -> Draft:
    draft.drafted_at = clock.now()
    draft.drafted_by = member_of_actor(actor)
    _write(draft, actor)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("这条预警已有一份更新或解除在拟稿。请先办完那一份。")) from error
    record(draft_subject(draft), "warnings.draft.made", _told(draft), actor=actor)
    return draft


def _write(draft: Draft, actor: Actor) -> None:
    """Note who wrote: whoever did may not approve."""
    if actor.kind == "member" and actor.id not in draft.writers:
        draft.writers = [*draft.writers, actor.id]


def _told(draft: Draft) -> dict[str, object]:
    return {
        "type": draft.msg_type,
        "alert": draft.alert_id,
        "kind": draft.kind,
        "colour": draft.colour,
        "about": draft.about,
        "expires_at": draft.expires_at,
    }


def cleaned(text: str) -> str:
    """A text without what no document of XML can hold."""
    return printable(text).strip()


def _put(draft: Draft, values: DraftValues, known: Catalogue) -> None:
    """Check and put what a form says on a draft, in memory."""
    check_signal(values.kind, values.colour, known)
    if not 2 <= len(values.headline.strip()) <= _MOST_HEADLINE:
        raise Invalid(
            "headline", _("标题不对。"), _("请填写2到%(n)s个字。") % {"n": _MOST_HEADLINE}
        )
    if not values.description.strip():
        raise Invalid("description", _("还没有写预警内容。"), _("请写明什么情况、影响哪里。"))
    for name in ("description", "instruction", "description_en", "instruction_en"):
        if len(getattr(values, name)) > LONGEST:
            raise Invalid(name, _("内容太长。"), _("请不超过%(n)s个字。") % {"n": LONGEST})
    for name in (
        "kind", "colour", "headline", "headline_en", "description", "description_en",
        "instruction", "instruction_en",
    ):  # fmt: skip
        setattr(draft, name, cleaned(getattr(values, name)))
    if values.expires_at is not None and values.expires_at <= clock.now():
        raise Invalid("expires_at", _("失效时间已经过去。"), _("请填写以后的时间。"))
    draft.onset_at, draft.expires_at = values.onset_at, values.expires_at
    draft.reason = cleaned(values.reason)[:300]
    ground = chosen_ground(values.areas, values.polygon, values.circle)
    draft.ground = to_json(ground)
    draft.area_text = (cleaned(values.area_text) or ground.description)[:500]
    draft.area_text_en = (cleaned(values.area_text_en) or ground.description_en)[:500]


def ground_of_draft(draft: Draft) -> Ground:
    """Where a draft holds."""
    return from_json(draft.ground, draft.area_text, draft.area_text_en)


@transaction.atomic
def submit_draft(key: UUID | str, *, actor: Actor) -> Draft:
    """Give a draft to those who approve; they are told. Raises NotFound, NotPermitted, Conflict,
    and Invalid where it may not be issued or an update has no reason."""
    draft = locked_draft(key, {State.DRAFT})
    authorise(actor, WRITE_DRAFT, owned_by(draft.lead_unit))
    refuse_unissued(draft.kind, draft.colour, catalogue())
    if draft.msg_type != "Alert" and not draft.reason:
        raise Invalid("reason", _("还没有写更新的原因。"), _("请修改拟稿，写明原因。"))
    _write(draft, actor)
    draft.state, draft.submitted_at, draft.returned = State.SUBMITTED, clock.now(), ""
    draft.submitted_by = member_of_actor(actor)
    save_versioned(draft)
    record(draft_subject(draft), "warnings.draft.submitted", {}, actor=actor)
    approvers = members_permitted(APPROVE, owned_by(draft.lead_unit))
    notify(
        approvers.exclude(pk__in=draft.writers),
        _("预警待审批：%(title)s") % {"title": without_numbers(draft.headline)},
        "",
        draft.get_absolute_url(),
        draft_subject(draft),
        "urgent",
    )
    return draft


@transaction.atomic
def return_draft(key: UUID | str, note: str, *, actor: Actor) -> Draft:
    """Whoever may approve gives a draft back with what is to be mended. Raises NotFound,
    NotPermitted, Conflict, and Invalid without words."""
    draft = locked_draft(key, {State.SUBMITTED})
    authorise(actor, APPROVE, owned_by(draft.lead_unit))
    if not note.strip():
        raise Invalid("note", _("还没有写退回意见。"), _("请写明要改什么。"))
    draft.state, draft.returned = State.DRAFT, note.strip()[:300]
    save_versioned(draft)
    mark_settled(draft_subject(draft))
    data = {"note": without_numbers(draft.returned)}
    record(draft_subject(draft), "warnings.draft.returned", data, actor=actor)
    notify(
        draft.writers,
        _("预警拟稿退回：%(title)s") % {"title": without_numbers(draft.headline)},
        without_numbers(draft.returned),
        draft.get_absolute_url(),
        draft_subject(draft),
        "important",
    )
    return draft


@transaction.atomic
def withdraw_draft(key: UUID | str, *, actor: Actor) -> Draft:
    """Drop a draft that is not issued. Raises NotFound, NotPermitted, Conflict."""
    draft = locked_draft(key, {State.DRAFT, State.SUBMITTED})
    authorise(actor, WRITE_DRAFT, owned_by(draft.lead_unit))
    draft.state = State.WITHDRAWN
    save_versioned(draft)
    mark_settled(draft_subject(draft))
    record(draft_subject(draft), "warnings.draft.withdrawn", {}, actor=actor)
    return draft


def refuse_changed(draft: Draft, seen: int | None) -> None:
    """Conflict where a locked draft is no longer the version that somebody saw."""
    if seen is not None and draft.version != seen:
        raise Conflict(_("这份拟稿刚被别人修改过。请刷新后再试。"))


def locked_draft(key: UUID | str, states: set[str]) -> Draft:
    """A draft, locked, in one of these states; NotFound, Conflict."""
    draft = Draft.objects.select_for_update().filter(pk=key).first()
    if draft is None:
        raise NotFound(_("没有这份拟稿。"))
    if draft.state not in states:
        raise Conflict(
            _("这份拟稿目前是“%(state)s”，不能这样办理。请刷新后再看。")
            % {"state": draft.get_state_display()}
        )
    return draft
