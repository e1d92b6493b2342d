"""What follows in a demo: progress of tasks, supervision and its circulars, reading messages."""

from __future__ import annotations

from district.kernel.notifications.public import mark_all_read
from district.kernel.organisation.public import Member, Role, actor_for
from district.kernel.plan.public import report_progress
from district.kernel.supervision.public import (
    assign_run,
    circulate,
    close_run,
    decide_extension,
    give_feedback,
    request_extension,
    start_run,
    verify,
)
from district.loading.demo.acts import Act
from district.loading.demo.world import World


def progress(world: World, act: Act) -> None:
    """The unit says how far a task is."""
    row = world.commitment(act.text("of"))
    report_progress(
        row.pk,
        percent=act.whole("percent"),
        text=act.text("text"),
        actor=world.actor(act, world.owner(row)),
    )


def start(world: World, act: Act) -> None:
    """A supervisor opens the supervision of a commitment (立项)."""
    row = world.tracked(world.commitment(act.text("of")))
    start_run(row.pk, origin=act.text("origin"), actor=world.actor(act))


def hand_over(world: World, act: Act) -> None:
    """It is given to the unit with a demand and a term (交办)."""
    run = world.run(act.text("of"))
    days = act.whole("days")
    assign_run(run.pk, demand=act.text("text"), days=days, actor=world.actor(act), key=act.key)


def feedback(world: World, act: Act) -> None:
    """The unit says what was done (反馈)."""
    run = world.run(act.text("of"))
    actor = world.actor(act, run.lead_unit_id, Role.UNIT_HEAD)
    give_feedback(run.pk, text=act.text("text"), actor=actor, key=act.key)


def ask_longer(world: World, act: Act) -> None:
    """The unit asks for more working days (申请延期)."""
    run = world.run(act.text("of"))
    request_extension(
        run.pk,
        days=act.whole("days"),
        reason=act.text("text"),
        actor=world.actor(act, run.lead_unit_id, Role.UNIT_HEAD),
        key=act.key,
    )


def grant_longer(world: World, act: Act) -> None:
    """The supervisor grants them."""
    run = world.run(act.text("of"))
    note = act.text("text", "")
    decide_extension(run.pk, grant=True, note=note, actor=world.actor(act), key=act.key)


def check(world: World, act: Act) -> None:
    """The supervisor finds that the feedback holds (核查)."""
    run = world.run(act.text("of"))
    verify(run.pk, passed=True, text=act.text("text"), actor=world.actor(act), key=act.key)


def close(world: World, act: Act) -> None:
    """The supervision is struck off (销号)."""
    run = world.run(act.text("of"))
    close_run(run.pk, text=act.text("text", ""), actor=world.actor(act), key=act.key)


def notice(world: World, act: Act) -> None:
    """A notice names the late units (通报)."""
    runs = [world.run(words).pk for words in act.many("of")]
    circulate(runs, title=act.text("title"), text=act.text("text"), actor=world.actor(act))


def read_messages(world: World, act: Act) -> None:
    """Everybody has read what came so far, but those named in `but`."""
    rest = act.many("but")
    for member in Member.objects.filter(is_active=True).exclude(user__username__in=rest):
        mark_all_read(member, actor=actor_for(member))
