"""The people of a demo: invented, kept by the streets; what they were told and what came of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, units
from district.systems.policies.models import Notice, PushRun
from district.systems.policies.rules.recipients import check_character
from district.systems.policies.services.notices import note_outcome
from district.systems.policies.services.recipients import Told, save_recipient

#: There is no such place in the code of places, so that nobody has a number that begins with it.
_NOWHERE = "899999"
_FAMILY, _GIVEN = "陈林黄张李", ("演示甲", "演示乙", "演示丙", "演示丁")
Who = Callable[[str, str], Actor | None]


def record_people(asked: Mapping[str, Any], moment: datetime, who: Who) -> int:
    """Put so many invented people of each street on record; the same ones every time."""
    chance = random.Random(20250926)  # noqa: S311  # no secret: the same people in every demo
    count = 0
    communities = list(units(level=Level.COMMUNITY))
    for street in units(level=Level.STREET):
        own = [unit.pk for unit in communities if unit.parent_id == street.pk]
        officer = who(street.pk, "officer")
        if officer is None:
            continue
        for _each in range(asked["each"]):
            count += 1
            told = _told(chance, count, street.pk, chance.choice(own) if own else None, asked)
            with clock.moved_to(moment):
                save_recipient(told, unit=street.pk, actor=officer)
    return count


def _told(
    chance: random.Random, number: int, street: str, community: str | None, asked: Mapping[str, Any]
) -> Told:
    born = date(1932, 1, 1) + timedelta(days=chance.randrange(27_000))
    digits = f"{_NOWHERE}{born:%Y%m%d}{number % 1000:03d}"
    return Told(
        digits + check_character(digits),
        asked["source"],
        date(2025, 6, 30),
        name=f"{chance.choice(_FAMILY)}{chance.choice(_GIVEN)}",
        phone=f"000-1000-{number:04d}",
        address=f"演示路{number}号",
        facts={"street": street, "community": community, **_facts(chance, born)},
    )


def _facts(chance: random.Random, born: date) -> dict[str, Any]:
    old = born < date(1965, 1, 1)
    hard = not old and chance.random() < 0.4
    return {
        "birth_date": born,
        "hukou": chance.choice(("here", "here", "city", "elsewhere")),
        "lives_since": date(2005 + chance.randrange(18), 1 + chance.randrange(12), 1),
        "disability": chance.choice(("none", "none", "none", "1", "2", "3", "4", None)),
        "is_minimum_living": chance.random() < 0.2,
        "family_size": chance.randrange(1, 6),
        "family_income": Decimal(chance.randrange(8, 60) * 100),
        "is_hard_to_employ": hard,
        "employment": "retired" if old else ("flexible" if hard else "employed"),
        "insured_months": None if old else chance.randrange(0, 240),
    }


def note_some(run: PushRun, moment: datetime, ends: datetime, who: Who) -> None:
    """The streets tell two of three the day after, as far as that lies before the demo's day."""
    at = moment + timedelta(days=1, hours=2)
    if at >= ends:
        return
    rows = Notice.objects.filter(push__run=run).select_related("recipient")
    outcomes = ("told", "told", "", "told", "unreached", "")
    for place, notice in enumerate(rows.order_by("recipient__number")):
        officer = who(notice.recipient.lead_unit_id, "officer")
        outcome = outcomes[place % len(outcomes)]
        if officer is not None and outcome:
            with clock.moved_to(at):
                note_outcome(notice.pk, outcome, "phone", actor=officer)
