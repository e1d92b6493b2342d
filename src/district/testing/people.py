"""A small district of a test: its units, its calendars, and somebody in each place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    NewMember,
    UnitRow,
    actor_for,
    create_members,
    load_units,
)
from district.kernel.tracking.public import save_calendar
from district.testing.moments import standing
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
#: When it is in a small district: ten o'clock of a Monday.
NOW = "2025-09-22 10:00"
_HOURS = (("09:00", "12:00"), ("14:00", "18:00"))


@dataclass(frozen=True)
class People:
    """The members of a test by name: `people.east` acts, `people.client("east")` is signed in."""

    members: dict[str, Member]
    actors: dict[str, Actor]

    def __getattr__(self, name: str) -> Actor:
        # A copy that is being made has nothing yet.
        try:
            return vars(self)["actors"][name]  # type: ignore[no-any-return]  # see above
        except KeyError as error:
            raise AttributeError(name) from error

    def client(self, name: str) -> Client:
        """A browser signed in as that member."""
        client = Client()
        user = self.members[name].user
        assert user is not None  # noqa: S101  # what tests are made of
        client.force_login(user)
        return client


@contextmanager
def small_district(
    units: Sequence[UnitRow], posts: Mapping[str, tuple[str, str]], *, now: str = NOW
) -> Iterator[People]:
    """Within it these units are there, the calendars, and a member for each of `posts`, which give
    unit and role by name; it is `now` (local). Nothing that a process keeps outlasts it."""
    forget_all()
    with standing(now):
        yield remembered(_people, tuple(units), tuple(posts.items()), now)
    forget_all()


def _people(
    units: Sequence[UnitRow], posts: Sequence[tuple[str, tuple[str, str]]], _now: str
) -> People:
    load_units(units, actor=LOADER)
    save_calendars()
    made = create_members(
        [NewMember(name, *post, username=name, password=PASSWORD) for name, post in posts],
        actor=LOADER,
    )
    members = dict(zip(dict(posts), made, strict=True))
    return People(members, {name: actor_for(one) for name, one in members.items()})


def save_calendars() -> None:
    """The three calendars that terms are counted in, without holidays."""
    for key in ("24x7", "working_days"):
        save_calendar(key, kind=key, name=key, actor=LOADER)
    save_calendar(
        "working_hours", kind="working_hours", name="工作时间", hours=_HOURS, actor=LOADER
    )
