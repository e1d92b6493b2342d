"""A public warning, drafted from what an episode says for somebody to look over."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.alarms.names import ACKNOWLEDGE
from district.kernel.alarms.selectors.warning import warning_unit
from district.kernel.alarms.services.common import locked_episode, owned, subject_of
from district.kernel.base.errors import Conflict
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.warnings.public import Draft, EventFacts, draft_from

#: Kilometres around the place that a draft begins with.
_RADIUS = Decimal(1)


@transaction.atomic
def draft_warning(key: UUID | str, *, kind: str, colour: str, actor: Actor) -> Draft:
    """Draft a warning of that kind and colour in the name of the episode's unit, or of the
    actor's own where only that is theirs to speak for.

    The same again gives the same draft. Raises NotFound, NotPermitted, Conflict where the episode
    is over, and Invalid where the district does not issue such a warning.
    """
    episode = locked_episode(key, actor)
    authorise(actor, ACKNOWLEDGE, owned(episode))
    if not episode.is_open:
        raise Conflict(_("这条告警已经结束。"))
    place = episode.place or episode.lead_unit.display_short
    said = {"place": place[:60], "what": episode.rule.label}
    at = timezone.localtime(episode.raised_at).strftime("%Y-%m-%d %H:%M")
    facts = EventFacts(
        kind=kind,
        colour=colour,
        unit=warning_unit(episode, actor) or episode.lead_unit_id,
        headline=_("%(place)s：%(what)s，请注意防范") % said,
        text=_("%(at)s监测到%(place)s%(what)s。请远离该处，留意后续通知，服从现场疏导。")
        % {**said, "at": at},
        about=subject_of(episode),
        key=f"alarm:{episode.pk}:{kind}:{colour}",
        lon=episode.lon,
        lat=episode.lat,
        radius=_RADIUS,
        onset_at=episode.raised_at,
    )
    draft = draft_from(facts, actor=actor)
    told = {"draft": str(draft.pk), "kind": kind, "colour": colour}
    record(subject_of(episode), "alarms.episode.warned", told, actor=actor)
    return draft
