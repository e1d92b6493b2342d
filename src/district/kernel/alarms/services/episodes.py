"""What people do with an episode: acknowledge it, release it by hand."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.alarms.models import Episode
from district.kernel.alarms.names import ACKNOWLEDGE, RELEASE, RELEASED
from district.kernel.alarms.services.common import locked_episode, owned, subject_of
from district.kernel.alarms.services.raising import tell
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import mark_settled
from district.kernel.organisation.public import authorise


@transaction.atomic
def acknowledge_episode(key: UUID | str, *, actor: Actor) -> Episode:
    """Say by name that one has seen it and sees to it; the notices about it are settled.

    Raises NotFound, NotPermitted, Conflict where somebody has already.
    """
    episode = locked_episode(key, actor)
    authorise(actor, ACKNOWLEDGE, owned(episode))
    if episode.acknowledged_at is not None:
        raise Conflict(
            _("%(who)s已在 %(at)s 确认。")
            % {
                "who": episode.acknowledged_by,
                "at": timezone.localtime(episode.acknowledged_at).strftime("%m-%d %H:%M"),
            }
        )
    episode.acknowledged_at, episode.acknowledged_by = clock.now(), actor.name[:100]
    episode.version += 1
    episode.save(update_fields=["acknowledged_at", "acknowledged_by", "version"])
    record(subject_of(episode), "alarms.episode.acknowledged", {}, actor=actor)
    mark_settled(subject_of(episode))
    return episode


@transaction.atomic
def release_episode(key: UUID | str, *, reason: str, actor: Actor) -> Episode:
    """End an episode by hand, with the reason: a faulty sensor, an exercise.

    The rule itself goes on and knows its episode as open, so it raises no new one until its
    readings have been back to normal. Raises NotFound, NotPermitted, Invalid without a reason,
    Conflict where it is over already.
    """
    episode = locked_episode(key, actor)
    authorise(actor, RELEASE, owned(episode))
    text = reason.strip()[:200]
    if not text:
        raise Invalid("reason", _("没有写解除原因。"), _("请写一句话，例如“传感器故障，已报修”。"))
    if not episode.is_open:
        raise Conflict(_("这条告警已经结束。"))
    now = clock.now()
    episode.state = Episode.State.RELEASED
    episode.released_at = episode.ended_at = now
    episode.released_by, episode.end_reason = actor.name[:100], text
    episode.version += 1
    fields = ["state", "released_at", "ended_at", "released_by", "end_reason", "version"]
    episode.save(update_fields=fields)
    record(subject_of(episode), "alarms.episode.released_by_hand", {}, actor=actor, note=text)
    mark_settled(subject_of(episode))
    tell(RELEASED, episode, episode.rule.key)
    return episode
