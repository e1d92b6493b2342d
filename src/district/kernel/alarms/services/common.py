"""What the services of alarms share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.alarms.models import Episode, Silence
from district.kernel.alarms.names import EPISODE_SUBJECT, SILENCE_SUBJECT, VIEW
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, visible

#: Whoever acts where no person does.
ALARMS = Actor.system("alarms")


def subject_of(episode: Episode | UUID | str) -> Subject:
    """How history calls an episode."""
    return Subject(EPISODE_SUBJECT, str(episode.pk if isinstance(episode, Episode) else episode))


def silence_subject(silence: Silence) -> Subject:
    """How history calls a silence."""
    return Subject(SILENCE_SUBJECT, str(silence.pk))


def owned(row: Any) -> Owned:
    """To whom a row with a lead unit belongs; its unit is loaded."""
    return Owned(row.lead_unit_id, path=row.lead_unit.path)


def seen_by(actor: Actor) -> QuerySet[Episode]:
    """The episodes that an actor may see."""
    return Episode.objects.filter(visible(actor, VIEW).q("lead_unit"))


def locked_episode(key: UUID | str, actor: Actor) -> Episode:
    """An episode that the actor may see, held until the transaction ends; NotFound otherwise."""
    rows = seen_by(actor).select_related("lead_unit", "rule").filter(pk=key)
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound(_("没有这条告警。"))
    return found
