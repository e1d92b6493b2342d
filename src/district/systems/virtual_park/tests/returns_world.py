"""A unit that collects returns, a form, one period of it, and what many firms filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from district.kernel.base import clock
from district.kernel.organisation.public import (
    Member,
    Role,
    UnitRow,
    create_member,
    load_units,
)
from district.systems.virtual_park.models import (
    Firm,
    Mandate,
    Representative,
    Return,
    ReturnRound,
)
from district.systems.virtual_park.selectors.acting import Acting, awake
from district.systems.virtual_park.services.returns import (
    Typed,
    file_return,
    open_rounds,
    put_form,
)
from district.systems.virtual_park.tests.conftest import (
    LOADER,
    PASSWORD,
    UNITS,
    People,
    bind,
    enterprise,
)
from district.testing.moments import standing

FORM: dict[str, Any] = {
    "key": "monthly", "title": "试验月报", "unit": "9-D08", "period": "month",
    "due_working_days": 5, "where": 'status = "active"', "first_end": date(2025, 8, 31),
    "items": [
        {"key": "revenue", "label": "营业收入", "unit": "万元", "places": 2, "published": True,
         "cumulative": True},
        {"key": "staff", "label": "平均人数", "unit": "人", "published": True},
        {"key": "profit", "label": "利润", "unit": "万元", "places": 2, "negative": True},
    ],
    "differences": [{"key": "margin", "plus": ["revenue"], "minus": ["profit"]}],
    "checks": [
        {"key": "balance", "kind": "hard", "item": "profit", "where": "margin >= 0",
         "text": "利润大于营业收入。", "remedy": "请核对利润和营业收入。"},
        {"key": "jump", "kind": "soft", "item": "revenue",
         "where": "change_revenue between -50 and 50", "text": "营业收入变动超过50%"},
    ],
}  # fmt: skip
#: Values that stand in nothing but one firm's return.
CANARIES = ("7654321.87", "7654321", "987431", "-4477.31", "4477.31")


def typed(revenue: str, staff: str = "40", profit: str = "1", **more: Any) -> Typed:
    """A return of these values."""
    values = {"revenue": Decimal(revenue), "staff": Decimal(staff), "profit": Decimal(profit)}
    return Typed(values, **more)


CANARY = typed("7654321.87", "987431", "-4477.31")


@dataclass
class Collected:
    """The small district with a unit that collects returns, and one period of a form."""

    people: People

    @property
    def round(self) -> ReturnRound:
        """The only one."""
        return ReturnRound.objects.get()

    def owed(self, firm: str) -> Return:
        """What a firm owes."""
        return Return.objects.get(enterprise=str(self.people.firms[firm].pk))


def collect(park: People) -> Collected:
    """Set it up: the unit, its people, a form, and the round of August 2025."""
    load_units((*UNITS, UnitRow("9-D08", "统计局", "department", "9", sort=9)), actor=LOADER)
    for key, unit, role in (
        ("statistician", "9-D08", "officer"),
        ("stat_head", "9-D08", "unit_head"),
        ("planner", "9", "planner"),
        ("auditor", "9", "auditor"),
        ("admin", "9", "administrator"),
    ):
        park.members[key] = create_member(
            key, unit, role, username=key, password=PASSWORD, actor=LOADER
        )
    for firm in park.firms:
        bind(park, firm, "manager", "statistics")
    put_form(FORM, actor=LOADER)
    with standing("2025-09-01 08:00"):
        assert open_rounds() == 1
    return Collected(park)


def _act_for(people: People, number: int, name: str, street: str) -> Acting:
    """Somebody in the statistics role of a further firm."""
    row = enterprise(number, name, street)
    people.firms[name] = row
    firm = Firm.objects.create(enterprise=str(row.pk), code=row.code, name=name,
                               lead_unit_id=street, bound_at=clock.now())  # fmt: skip
    who = Representative.objects.create(
        name="p1:x:y", phone="p1:x:y", phone_index=str(number), made_at=clock.now()
    )
    mandate = Mandate.objects.create(
        firm=firm, representative=who, roles=["statistics"], first_day=date(2025, 1, 1),
        granted_at=clock.now(), granted_by_name="试验",
    )  # fmt: skip
    return awake([mandate])[0]


def canaries_in(text: str) -> list[str]:
    """Those that stand in a text, with or without separators."""
    plain = text.replace(",", "")
    return [one for one in CANARIES if one in text or one in plain]


def filed_by_many(collected: Collected) -> dict[str, Decimal]:
    """Five firms of each street, and one of them far larger; every revenue by name."""
    people = collected.people
    acts = [people.acting("east", "statistics"), people.acting("west", "statistics")]
    with standing("2025-08-30 10:00"):
        for at in range(10):
            street = "901" if at < 5 else "902"
            acts.append(_act_for(people, 10 + at, f"企业{at}", street))
    round_row = collected.round
    Return.objects.bulk_create(
        Return(round=round_row, enterprise=one.id, code=one.firm.code, name=one.firm.name)
        for one in acts[2:]
    )
    told = {}
    for at, acting in enumerate(acts):
        owed = Return.objects.get(enterprise=acting.id)
        values = CANARY if at == 0 else typed(f"{100 + at}.5")
        file_return(acting, owed.pk, values)
        told[acting.firm.name] = Decimal(values.values["revenue"] or 0)
    return told


def everybody() -> list[tuple[str, str, Member]]:
    """Unit, role and a member: in every role at the collecting unit, at another bureau, at a street
    and at the district itself."""
    found = []
    for unit in ("9-D08", "9-D01", "901", "9"):
        for role in Role.values:
            name = f"x-{unit}-{role}"
            member = create_member(name, unit, role, username=name, password=PASSWORD, actor=LOADER)
            found.append((unit, role, member))
    return found
