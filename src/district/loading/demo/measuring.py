"""Figures in a demo: last year's, what units file each period, revisions."""

from __future__ import annotations

from district.kernel.base.errors import NotFound
from district.kernel.measures.public import (
    DutySpec,
    FilingDuty,
    MeasureSpec,
    Status,
    ValueSpec,
    file_value,
    latest_value,
    period_ending,
    record_value,
    return_filing,
    revise_value,
    save_duty,
    save_measure,
)
from district.kernel.measures.public import review as review_filing
from district.kernel.measures.public import sign_off as sign_off_filing
from district.kernel.organisation.public import Role
from district.loading.demo.acts import Act
from district.loading.demo.world import World

# The words of a measure's basis that a row may change.
_WORDS = ("name_en", "frequency", "direction", "aggregation", "source", "definition")


def set_basis(world: World, act: Act) -> None:
    """Change words of a measure's statistical basis: how often it is filed, what it counts."""
    known = world.measure(world.commitment(act.text("of")))
    last = known.definitions.first()
    fields = MeasureSpec.__dataclass_fields__
    words = {name: getattr(known, name) for name in fields if name != "definition"}
    words["definition"] = last.text if last else ""
    words |= {name: act.text(name) for name in _WORDS if name in act.details}
    save_measure(MeasureSpec(**words), actor=world.actor(act))


def set_term(world: World, act: Act) -> None:
    """Say within how many working days after a period its value is due."""
    row = world.commitment(act.text("of"))
    known = FilingDuty.objects.filter(
        measure=world.measure(row), unit=world.owner(row), active=True
    ).first()
    if known is None:
        raise NotFound(f"{row} is owed by nobody")
    spec = DutySpec(
        measure=known.measure_id,
        unit=known.unit_id,
        since=known.since,
        frequency=known.frequency,
        days_after=act.whole("days"),
        contact=known.contact_id,
    )
    save_duty(spec, actor=world.actor(act))


def record(world: World, act: Act) -> None:
    """Record a value that nobody files: last year's."""
    row = world.commitment(act.text("of"))
    measure = world.measure(row)
    spec = ValueSpec(
        measure=measure.key,
        unit=world.owner(row),
        period=period_ending(act.day("period"), measure.span),
        value=act.number("value"),
        status=act.text("status", Status.FINAL),
        source=measure.source,
        source_name=act.text("source", ""),
        note=act.text("note", ""),
    )
    record_value(spec, actor=world.actor(act))


def revise(world: World, act: Act) -> None:
    """Replace a value by a better one; the first one stays visible."""
    row = world.commitment(act.text("of"))
    known = latest_value(world.measure(row).key, world.owner(row), at=act.day("period"))
    if known is None:
        raise NotFound(f"{row} has no value for {act.text('period')}")
    revise_value(
        known,
        act.number("value"),
        status=act.text("status", Status.FINAL),
        note=act.text("note"),
        actor=world.actor(act),
    )


def file(world: World, act: Act) -> None:
    """The unit's officer files a value."""
    filing = world.filing(act)
    file_value(
        filing,
        act.number("value"),
        status=act.text("status", ""),
        note=act.text("note", ""),
        confirmed=True,
        actor=world.actor(act, filing.unit_id),
    )


def review(world: World, act: Act) -> None:
    """The unit's head stands by it."""
    filing = world.filing(act)
    review_filing(filing, actor=world.actor(act, filing.unit_id, Role.UNIT_HEAD))


def sign_off(world: World, act: Act) -> None:
    """A planner takes it into the series."""
    sign_off_filing(world.filing(act), actor=world.planner())


def send_back(world: World, act: Act) -> None:
    """The head sends it back, or the planner once it was reviewed."""
    filing = world.filing(act)
    head = filing.state == filing.State.FILED
    actor = world.actor(act, filing.unit_id, Role.UNIT_HEAD) if head else world.planner()
    return_filing(filing, act.text("reason"), actor=actor)
