"""A public warning of a fire, drafted for somebody to look over."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict
from district.kernel.history.public import Actor, record
from district.kernel.warnings.public import Draft, EventFacts, draft_from
from district.systems.early_warning.models import Mission
from district.systems.early_warning.names import VERIFY_MISSION
from district.systems.early_warning.services.missions import (
    locked_mission,
)
from district.systems.early_warning.services.sending import (
    mission_subject,
)

#: Hill fires, as the catalogue of warnings calls what a district may issue itself.
KIND = "hill_fire"
_RADIUS = Decimal(2)  # kilometres around the fire that the draft begins with


@transaction.atomic
def draft_warning(mission_id: UUID | str, *, unit: str, colour: str, actor: Actor) -> Draft:
    """Draft a warning of a verified fire in the name of `unit`; the same again gives that draft.

    Raises NotFound, NotPermitted, Conflict before a fire is verified, and Invalid where the
    district does not issue such a warning.
    """
    mission = locked_mission(mission_id, actor, VERIFY_MISSION)
    if mission.verdict != Mission.Verdict.TRUE:
        raise Conflict(_("还没有确认火情，不能拟发预警。"))
    at = timezone.localtime(mission.verified_at).strftime("%Y-%m-%d %H:%M")
    place = mission.place or _("林区")
    facts = EventFacts(
        kind=KIND,
        colour=colour,
        unit=unit,
        headline=_("%(place)s附近发生山火，请勿进入周边林区") % {"place": place[:60]},
        text=_("%(at)s核查确认，%(place)s附近发生山火，正在处置。请勿进入周边山林，服从现场疏导。")
        % {"at": at, "place": place},
        about=mission_subject(mission),
        key=f"early_warning:{mission.pk}:{colour}",
        lon=mission.lon,
        lat=mission.lat,
        radius=_RADIUS,
        onset_at=mission.raised_at,
    )
    draft = draft_from(facts, actor=actor)
    told = {"draft": str(draft.pk), "colour": colour}
    record(mission_subject(mission), "early_warning.mission.warned", told, actor=actor)
    return draft
