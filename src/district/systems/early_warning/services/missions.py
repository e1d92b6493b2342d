"""Missions are flown: off, there, home, elsewhere, by another nest, or given up."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import mark_settled
from district.kernel.organisation.public import authorise
from district.kernel.tracking.public import cancel, finish, running
from district.systems.early_warning.models import DroneNest, Mission
from district.systems.early_warning.names import FLY_MISSION, SYSTEM
from district.systems.early_warning.selectors.rights import owned_mission
from district.systems.early_warning.services.nests import release
from district.systems.early_warning.services.placing import areas_at
from district.systems.early_warning.services.sending import (
    UNDECIDED,
    mission_subject,
    send_nearest,
    tell,
)

State = Mission.State
_LONGEST_NOTE = 500


def locked_mission(key: UUID | str, actor: Actor, action: str) -> Mission:
    """The mission, locked for this transaction, where the actor may do the action.

    Raises NotFound, NotPermitted.
    """
    mission = Mission.objects.select_for_update().filter(pk=key).first()
    if mission is None:
        raise NotFound(_("没有这个核查任务。"))
    authorise(actor, action, owned_mission(mission))
    return mission


def refuse_unless(mission: Mission, states: Iterable[str], doing: str) -> None:
    """Conflict that says where the mission stands."""
    if mission.state not in set(states):
        raise Conflict(
            _("任务目前是“%(state)s”，不能%(doing)s。请刷新后再看。")
            % {"state": mission.get_state_display(), "doing": doing}
        )


def move_on(mission: Mission, state: str, fields: Iterable[str], kind: str, actor: Actor,
            note: str = "", **told: Any) -> None:  # fmt: skip
    """Write a mission's new state with its history and word."""
    mission.state = state
    save_versioned(mission, ["state", *fields])
    record(
        mission_subject(mission),
        f"early_warning.mission.{kind}",
        {"state": state, **told},
        actor=actor,
        note=note,
    )
    tell(mission, kind)


@transaction.atomic
def take_off(mission_id: UUID | str, *, actor: Actor) -> Mission:
    """The drone has left its nest. Raises NotFound, NotPermitted, Conflict."""
    mission = locked_mission(mission_id, actor, FLY_MISSION)
    refuse_unless(mission, (State.PROPOSED,), _("起飞"))
    mission.took_off_at = clock.now()
    move_on(mission, State.FLYING, ["took_off_at"], "took_off", actor)
    return mission


@transaction.atomic
def arrive(mission_id: UUID | str, *, actor: Actor) -> Mission:
    """The drone is where it shall look. Raises NotFound, NotPermitted, Conflict."""
    mission = locked_mission(mission_id, actor, FLY_MISSION)
    refuse_unless(mission, (State.FLYING,), _("登记到达"))
    mission.arrived_at = clock.now()
    move_on(mission, State.ON_SITE, ["arrived_at"], "arrived", actor)
    return mission


@transaction.atomic
def come_home(
    mission_id: UUID | str, *, actor: Actor, nest_state: str = DroneNest.State.CHARGING
) -> Mission:
    """The drone is back in its nest, which is in `nest_state` from now on.

    Raises NotFound, NotPermitted, Invalid, and Conflict before the verdict.
    """
    mission = locked_mission(mission_id, actor, FLY_MISSION)
    refuse_unless(mission, (State.VERIFIED,), _("登记返航"))
    _check_nest_state(nest_state)
    mission.returned_at = mission.ended_at = clock.now()
    mission.is_open = False
    release(mission, nest_state)
    move_on(mission, State.RETURNED, ["returned_at", "ended_at", "is_open"], "returned", actor)
    return mission


def _check_nest_state(state: str) -> None:
    if state not in DroneNest.State.values:
        raise Invalid("nest_state", _("没有这个状态。"), _("请从列表中选择。"))


@transaction.atomic
def change_nest(
    mission_id: UUID | str,
    *,
    actor: Actor,
    reason: str,
    nest_state: str = DroneNest.State.MAINTENANCE,
) -> Mission:
    """This nest's drone cannot do it: it is in `nest_state` with the reason, the next nearest goes.

    Raises NotFound, NotPermitted, Invalid, Conflict.
    """
    mission = locked_mission(mission_id, actor, FLY_MISSION)
    refuse_unless(mission, (State.PROPOSED, State.FLYING, State.ON_SITE), _("改派"))
    note = _reason(reason)
    _check_nest_state(nest_state)
    before = str(mission.nest_id)
    release(mission, nest_state, note)
    mission.took_off_at = mission.arrived_at = None
    fields = ["took_off_at", "arrived_at"]
    move_on(mission, State.WAITING, fields, "lost_nest", actor, note, nest=before)
    send_nearest(mission, actor, but=[before])
    return mission


def _reason(text: str) -> str:
    note = text.strip()[:_LONGEST_NOTE]
    if not note:
        raise Invalid("reason", _("还没有写原因。"), _("请写明原因，例如“电池告警”。"))
    return note


@transaction.atomic
def move_target(mission_id: UUID | str, lon: Decimal, lat: Decimal, *, actor: Actor) -> Mission:
    """Look elsewhere (WGS-84 degrees). Before take-off the nearest nest is chosen anew.

    Raises NotFound, NotPermitted, Invalid, Conflict.
    """
    mission = locked_mission(mission_id, actor, FLY_MISSION)
    refuse_unless(mission, UNDECIDED, _("改位置"))
    for key, given, most in (("lon", lon, 180), ("lat", lat, 90)):
        if not given.is_finite() or abs(given) > most:
            raise Invalid(key, _("位置不对。"), _("请填写WGS-84的经纬度，单位为度。"))
    mission.lon, mission.lat, mission.target_basis = lon, lat, Mission.Basis.HAND
    mission.street_unit_id = areas_at(lon, lat)[0] or mission.street_unit_id
    before_take_off = mission.state in (State.WAITING, State.PROPOSED)
    if before_take_off:
        release(mission)
    told = {"lon": str(lon), "lat": str(lat)}
    fields = ["lon", "lat", "target_basis", "street_unit"]
    state = State.WAITING if before_take_off else mission.state
    move_on(mission, state, fields, "moved", actor, **told)
    if before_take_off:
        send_nearest(mission, actor)
    return mission


@transaction.atomic
def give_up(mission_id: UUID | str, *, actor: Actor, reason: str) -> Mission:
    """End a mission without a verdict, with the reason; its nest is free again where its drone has
    not left, and else charging.

    Raises NotFound, NotPermitted, Invalid, Conflict.
    """
    mission = locked_mission(mission_id, actor, FLY_MISSION)
    refuse_unless(mission, UNDECIDED, _("中止"))
    note = _reason(reason)
    at_home = mission.state in (State.WAITING, State.PROPOSED)
    release(mission, DroneNest.State.READY if at_home else DroneNest.State.CHARGING)
    mission.note, mission.ended_at, mission.is_open = note, clock.now(), False
    end_clock(mission, given_up=True)
    move_on(mission, State.ABORTED, ["note", "ended_at", "is_open"], "aborted", actor, note)
    return mission


def end_clock(mission: Mission, *, given_up: bool = False) -> None:
    """The clock stops: verified, or no longer wanted."""
    row = running(mission.clock_id)
    if row is not None:
        (cancel if given_up else finish)(row, actor=SYSTEM)
    mark_settled(mission_subject(mission))
