"""Writing the register of drone nests, and whether one is ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, publish, record
from district.kernel.organisation.public import authorise
from district.systems.early_warning.models import DroneNest, Mission
from district.systems.early_warning.names import NEST, NEST_FREED, SAVE_NEST, SET_NEST
from district.systems.early_warning.services.placing import (
    check_placed,
    keep_placed,
    owned_placed,
    positive,
    put_values,
)

_COLUMNS = {
    "code": "code",
    "name": "name",
    "lead_unit": "lead_unit_id",
    "lon": "lon",
    "lat": "lat",
    "aircraft": "aircraft",
    "speed": "speed",
    "range": "range",
    "launch_seconds": "launch_seconds",
}
_LONGEST_NOTE = 200
State = DroneNest.State


def nest_subject(nest: DroneNest | UUID) -> Subject:
    """The reference of a nest."""
    return Subject(NEST, str(nest.pk if isinstance(nest, DroneNest) else nest))


@transaction.atomic
def save_nest(values: Mapping[str, Any], known: DroneNest | None, actor: Actor) -> DroneNest:
    """Add a nest (`known` is None) or change one; `values` by the register's field keys.

    A new one is ready unless `state` says otherwise; later only `set_nest_state` changes that.
    Raises NotPermitted, Invalid naming the field, and Conflict when the code is taken.
    """
    row = known or DroneNest(state_at=clock.now())
    if known is not None:
        authorise(actor, SAVE_NEST, owned_placed(known))
    given = dict(values)
    if given.get("launch_seconds") is None:
        given.pop("launch_seconds", None)  # what it was, or the model's own
    put_values(row, given, _COLUMNS)
    if known is None:
        row.state = values.get("state") or State.READY
    check_placed(row)
    if not 1 <= len(row.aircraft or "") <= 80:
        raise Invalid("aircraft", _("还没有填写机型。"), _("请填写无人机型号。"))
    positive(row, "speed", 60)
    positive(row, "range", 50_000)
    positive(row, "launch_seconds", 600, least=0)
    if row.state not in State.values:
        raise Invalid("state", _("没有这个状态。"), _("请从列表中选择。"))
    told = {
        "lon": str(row.lon),
        "lat": str(row.lat),
        "aircraft": row.aircraft,
        "speed": str(row.speed),
        "range": row.range,
        "launch_seconds": row.launch_seconds,
        "state": row.state,
    }
    kept: DroneNest = keep_placed(
        row, known, action=SAVE_NEST, subject=NEST, actor=actor, told=told
    )
    if known is None and kept.is_free:
        tell_free(kept.pk)
    return kept


@transaction.atomic
def set_nest_state(nest_id: UUID | str, state: str, *, actor: Actor, note: str = "") -> DroneNest:
    """Say whether a nest is ready; everything but ready keeps it from further missions.

    Raises NotFound, NotPermitted, Invalid, and Conflict while a mission has it.
    """
    nest = DroneNest.objects.select_for_update().filter(pk=nest_id).first()
    if nest is None:
        raise NotFound(_("没有这个机场。"))
    authorise(actor, SET_NEST, owned_placed(nest))
    if state not in State.values:
        raise Invalid("state", _("没有这个状态。"), _("请从列表中选择。"))
    if nest.mission_id is not None:
        raise Conflict(_("机场正在执行任务。请先让无人机返航，或中止任务。"))
    if state != State.READY and not note.strip():
        raise Invalid("note", _("还没有写原因。"), _("请写明为什么不能执行任务、预计何时恢复。"))
    if (nest.state, nest.state_note) == (state, note.strip()[:_LONGEST_NOTE]):
        return nest
    before = nest.state
    nest.state, nest.state_note, nest.state_at = state, note.strip()[:_LONGEST_NOTE], clock.now()
    save_versioned(nest, ["state", "state_note", "state_at"])
    data = {"from": before, "to": state}
    record(nest_subject(nest), "early_warning.nest.state", data, actor=actor, note=nest.state_note)
    if nest.is_free:
        tell_free(nest.pk)
    return nest


def claim(nest_id: UUID | str, mission: Mission) -> bool:
    """Give a free nest to a mission; False where another one has it, or it is not ready any more.

    One statement that finds the nest free and takes it: whoever comes second at the same moment
    waits for the first and then finds it taken. It keeps no lock of a nest that it does not get,
    so two missions never wait for each other.
    """
    free = DroneNest.objects.filter(pk=nest_id, state=State.READY, mission=None)
    return bool(free.update(mission=mission, version=F("version") + 1))


def release(mission: Mission, state: str = State.READY, note: str = "") -> None:
    """The mission needs its nest no longer; it is in `state` from now on."""
    held = DroneNest.objects.filter(mission=mission)
    for nest in list(held):
        held.filter(pk=nest.pk).update(
            mission=None,
            state=state,
            state_note=note[:_LONGEST_NOTE],
            state_at=clock.now(),
            version=F("version") + 1,
        )
        if state == State.READY:
            tell_free(nest.pk)


def tell_free(nest_id: UUID) -> None:
    """Leave word that a nest may take a mission that waits."""
    publish(NEST_FREED, {"nest": str(nest_id)}, nest_subject(nest_id))
