"""Makes the simulation's sources, things and datastreams known, through sensing's own services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from district.kernel.history.public import Actor
from district.kernel.organisation.public import root_unit
from district.kernel.places.public import AreaLevel, areas
from district.kernel.sensing.public import (
    Datastream,
    Source,
    Thing,
    authenticate,
    issue_credential,
    register_datastream,
    register_source,
    register_thing,
    rotate_credential,
    save_location,
    save_property,
    save_sensor,
)
from district.simulation import secrets_file
from district.simulation.kinds import BY_KEY, KINDS, SENDERS, Kind, Property
from district.simulation.layout import Ground, Placed, generate, read_table
from district.simulation.names import DEMO, SEED
from district.simulation.signals.world import SECOND

#: Readings may come so late and so far ahead of the clock, in seconds; of the slow ones later.
_LATENESS, _SKEW = 3600, 60


@dataclass
class Installed:
    """How much was new."""

    things: int = 0
    datastreams: int = 0


def wanted_things(table: Path | None) -> list[Placed]:
    """The things of the district's table, or made from its streets where there is none.

    Raises Invalid for a table that cannot be taken.
    """
    if table is not None:
        return read_table(table.read_text(encoding="utf-8"))
    streets = areas(AreaLevel.STREET).values_list("code", "name", "geometry")
    grounds = [Ground(code, name, geometry) for code, name, geometry in streets]
    return generate(grounds, SEED)


@transaction.atomic
def install(things: Sequence[Placed], *, actor: Actor = DEMO) -> Installed:
    """Register what is not there yet; what is there stays as it is, whoever changed it.

    Raises Invalid and NotPermitted as sensing does.
    """
    done = Installed()
    _register_senders(actor)
    known = dict(Thing.objects.values_list("code", "pk"))
    streams = set(Datastream.objects.values_list("code", flat=True))
    properties = _properties(actor) if things else {}
    sensors: dict[str, int] = {}
    for each in things:
        kind = BY_KEY[each.kind]
        if each.code not in known:
            known[each.code] = _register(each, kind, actor)
            done.things += 1
        for one in kind.properties:
            code = f"{each.code}.{one.kind}"
            if code in streams:
                continue
            if kind.key not in sensors:
                sensors[kind.key] = save_sensor(name=kind.sensor, actor=actor).pk
            _register_stream(
                code, known[each.code], each, one, sensors[kind.key], properties[one.name], actor
            )
            done.datastreams += 1
    return done


def _register_senders(actor: Actor) -> None:
    there = set(Source.objects.values_list("code", flat=True))
    root = root_unit().pk
    for sender in SENDERS:
        if sender.code not in there:
            register_source(
                code=sender.code, name=sender.name, kind="gateway", lead_unit=root, actor=actor
            )


def _properties(actor: Actor) -> Mapping[str, int]:
    return {
        each.name: save_property(name=each.name, actor=actor).pk
        for kind in KINDS
        for each in kind.properties
    }


def _register(each: Placed, kind: Kind, actor: Actor) -> int:
    place = save_location(
        name=each.name,
        geometry={"type": "Point", "coordinates": [each.lon, each.lat]},
        lead_unit=each.unit,
        actor=actor,
    )
    row = register_thing(
        code=each.code,
        name=each.name,
        lead_unit=each.unit,
        properties={"kind": kind.key, "demo": "演示", **each.details},
        location=place.pk,
        actor=actor,
    )
    return int(row.pk)


def _register_stream(
    code: str,
    thing: int,
    each: Placed,
    one: Property,
    sensor: int,
    observed: int,
    actor: Actor,
) -> None:
    register_datastream(
        thing=thing,
        sensor=sensor,
        observed_property=observed,
        name=f"{each.name} {one.name}",
        code=code,
        source=BY_KEY[each.kind].sender,
        unit_name=one.unit,
        unit_symbol=one.symbol,
        properties={"interval": one.period // SECOND},
        lateness=_LATENESS,
        skew=_SKEW,
        actor=actor,
    )


def give_secrets(var: Path, *, actor: Actor = DEMO) -> list[str]:
    """See to it that each sender of the simulation knows a secret of its own; who got a new one.

    They are kept in `var/secrets/simulation.json`, readable by its owner alone.
    """
    kept = secrets_file.known(var)
    new = []
    codes = [sender.code for sender in SENDERS]
    for row in Source.objects.filter(code__in=codes).order_by("code"):
        if row.code in kept and authenticate(row.code, kept[row.code]) is not None:
            continue
        is_first = not row.credentials.exists()
        issue = issue_credential if is_first else rotate_credential
        kept[row.code] = issue(row.pk, actor=actor)
        new.append(row.code)
    if new:
        secrets_file.keep(var, kept)
    return new
