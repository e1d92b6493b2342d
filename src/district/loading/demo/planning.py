"""What planners do in a demo: decide on statements, name owners, start commitments."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from district.kernel.organisation.public import Role
from district.kernel.plan.public import (
    Commitment,
    accept_suggested_owners,
    activate_many,
    approve_adjustment,
    assign_owner,
    bind_measure,
    confirm_many,
    confirm_statement,
    correct_statement,
    count_statement,
    create_commitment,
    edit_commitment,
    finish_commitment,
    propose_adjustment,
    publish_report,
    reject_statement,
    set_profile,
)
from district.loading.demo.acts import Act, ActError
from district.loading.demo.world import World


def confirm_sure(world: World, act: Act) -> None:
    """Confirm in bulk what the compiler read with a confidence of at least `value`, and tasks."""
    confirm_many(
        world.edition.pk,
        actor=world.actor(act),
        threshold=act.number("value"),
        with_tasks=True,
    )


def confirm(world: World, act: Act) -> None:
    """Confirm one statement."""
    row = world.statement(act.text("of"))
    confirm_statement(row.pk, actor=world.actor(act), note=act.text("note", ""))


def correct(world: World, act: Act) -> None:
    """Correct one field of a statement."""
    row = world.statement(act.text("of"))
    changes = {act.text("field"): act.text("value", "")}
    correct_statement(row.pk, changes, actor=world.actor(act), note=act.text("note", ""))


def reject(world: World, act: Act) -> None:
    """Say that a number is no statement of the plan."""
    row = world.statement(act.text("of"))
    reject_statement(row.pk, actor=world.actor(act), note=act.text("note", ""))


def count_by(world: World, act: Act) -> None:
    """Say by which measure of a system an achievement is counted from now on."""
    row = world.statement(act.text("of"))
    count_statement(row.pk, act.text("measure"), actor=world.actor(act))


def bind(world: World, act: Act) -> None:
    """Let a measure of a system feed a commitment's light."""
    row = world.commitment(act.text("of"))
    bind_measure(row.pk, act.text("measure"), actor=world.actor(act))


def publish(world: World, act: Act) -> None:
    """Show the headline figures to everybody."""
    publish_report(world.report.pk, actor=world.actor(act))


def accept_owners(world: World, act: Act) -> None:
    """Give every commitment the unit that its words suggest."""
    accept_suggested_owners(world.report.pk, actor=world.actor(act))


def assign(world: World, act: Act) -> None:
    """Name lead unit and co-units of one commitment; its unit's people answer for it."""
    row, unit = world.commitment(act.text("of")), act.text("unit")
    leader = act.text("leader", "")
    assign_owner(
        row.pk,
        lead_unit=unit,
        co_units=act.many("co_units"),
        leader=(world.member(leader) if leader else world.staff(unit, Role.UNIT_HEAD)).pk,
        contact=world.staff(unit, Role.OFFICER).pk,
        actor=world.actor(act),
    )


def name_leader(world: World, act: Act) -> None:
    """Name the leader of the district who answers for a unit's items and main indicators."""
    leader, unit = world.member(act.text("leader")), act.text("unit")
    rows = Commitment.objects.filter(report=world.report, lead_unit=unit, depth=0)
    for row in rows.prefetch_related("co_units"):
        assign_owner(
            row.pk,
            lead_unit=unit,
            co_units=[one.pk for one in row.co_units.all()],
            leader=leader.pk,
            contact=row.contact_id,
            actor=world.actor(act),
        )


def edit(world: World, act: Act) -> None:
    """Change what a commitment is called, or whether it is binding."""
    row = world.commitment(act.text("of"))
    edit_commitment(row.pk, {act.text("field"): act.text("value")}, actor=world.actor(act))


def add(world: World, act: Act) -> None:
    """Add a piece of work that no sentence states below the named item, with its owner."""
    parent, actor = world.commitment(act.text("of")), world.actor(act)
    unit = act.text("unit", parent.lead_unit_id or "")
    row = create_commitment(
        world.report.pk,
        kind="task",
        title=act.text("title"),
        parent_id=parent.pk,
        deadline=act.day("deadline"),
        sequence=act.text("sequence", ""),
        actor=actor,
    )
    assign_owner(
        row.pk,
        lead_unit=unit,
        leader=world.staff(unit, Role.UNIT_HEAD).pk,
        contact=world.staff(unit, Role.OFFICER).pk,
        actor=actor,
    )


def profile(world: World, act: Act) -> None:
    """Say how progress is due over the year."""
    row = world.commitment(act.text("of"))
    try:
        shares = [Decimal(share) for share in act.many("shares")]
    except InvalidOperation as error:
        raise ActError("shares: twelve numbers are needed") from error
    set_profile(row.pk, act.text("profile"), shares=shares, actor=world.actor(act))


def activate_ready(world: World, act: Act) -> None:
    """Start every commitment that lacks nothing."""
    activate_many(world.report.pk, actor=world.actor(act))


def finish(world: World, act: Act) -> None:
    """Declare a commitment done; `note` says why."""
    row = world.commitment(act.text("of"))
    finish_commitment(row.pk, actor=world.actor(act), note=act.text("note"))


def propose(world: World, act: Act) -> None:
    """A unit proposes another target or deadline."""
    row = world.commitment(act.text("of"))
    propose_adjustment(
        row.pk,
        reason=act.text("reason"),
        value=act.number("value") if "value" in act.details else None,
        deadline=act.day("deadline") if "deadline" in act.details else None,
        document=act.text("document", ""),
        actor=world.actor(act, world.owner(row), Role.UNIT_HEAD),
    )


def approve(world: World, act: Act) -> None:
    """A leader puts a proposed target in force."""
    found = world.adjustment(act.text("of"))
    approve_adjustment(found.pk, actor=world.actor(act), note=act.text("note", ""))
