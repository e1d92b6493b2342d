"""Silences: for a time nobody is called and no case is opened; episodes are still written."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.alarms.models import Silence
from district.kernel.alarms.names import SILENCE
from district.kernel.alarms.services.common import (
    locked_episode,
    owned,
    silence_subject,
    subject_of,
)
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise, visible

#: Nothing is silenced for longer at once.
LONGEST = timedelta(days=30)


@transaction.atomic
def silence_episode(
    key: UUID | str, *, until: datetime | None, reason: str, actor: Actor, everywhere: bool = False
) -> Silence:
    """Silence an episode's rule at its place until a moment (aware), or everywhere.

    The episode itself is silenced as well. Everywhere needs the right in the unit of the rule.
    Raises NotFound, NotPermitted, Invalid naming `until` or `reason`.
    """
    episode = locked_episode(key, actor)
    now = clock.now()
    if until is None or not now < until <= now + LONGEST:
        raise Invalid("until", _("静默的结束时间不对。"), _("请填写以后的时间，最长 30 天。"))
    if not reason.strip():
        raise Invalid("reason", _("没有写静默原因。"), _("请写一句话，例如“检修，已通知厂家”。"))
    owner = episode.rule if everywhere else episode
    authorise(actor, SILENCE, owned(owner))
    row = Silence.objects.create(
        rule=episode.rule,
        group="" if everywhere else episode.group,
        place="" if everywhere else (episode.place or episode.title)[:200],
        lead_unit_id=owner.lead_unit_id,
        reason=reason.strip()[:200],
        begins_at=now,
        ends_at=until,
        set_by=actor.name[:100],
    )
    data = {"rule": episode.rule.key, "group": row.group, "until": until}
    record(silence_subject(row), "alarms.silence.set", data, actor=actor, note=row.reason)
    record(
        subject_of(episode),
        "alarms.episode.silenced",
        {"silence": str(row.pk), "until": until},
        actor=actor,
        note=row.reason,
    )
    episode.silenced, episode.version = row, episode.version + 1
    episode.save(update_fields=["silenced", "version"])
    return row


@transaction.atomic
def end_silence(key: UUID | str, *, actor: Actor) -> Silence:
    """End a silence before its time. Raises NotFound, NotPermitted, Conflict where it is over."""
    rows = Silence.objects.filter(visible(actor, SILENCE).q("lead_unit"))
    row = rows.select_for_update(of=("self",)).select_related("lead_unit").filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这条静默。"))
    authorise(actor, SILENCE, owned(row))
    now = clock.now()
    if row.ended_at is not None or row.ends_at <= now:
        raise Conflict(_("这条静默已经结束。"))
    row.ended_at, row.version = now, row.version + 1
    row.save(update_fields=["ended_at", "version"])
    row.episodes.filter(handed_at=None).update(hand_at=None)
    record(silence_subject(row), "alarms.silence.ended", {}, actor=actor)
    return row
