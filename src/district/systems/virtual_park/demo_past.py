"""Of a demo, the firms beside those that are shown to sign in: returns that they filed, and firms
that find each other.

Nobody knows a password of their representatives; the clock stands where each thing happened.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, actor_for, members_acting
from district.systems.enterprises.public import EnterpriseRef, enterprise_by_code
from district.systems.virtual_park.models import Mandate, Return, ReturnRound
from district.systems.virtual_park.rules.roles import ParkRole
from district.systems.virtual_park.selectors.acting import Acting, awake
from district.systems.virtual_park.selectors.disclosed import Disclosed
from district.systems.virtual_park.services.disclosing import disclose
from district.systems.virtual_park.services.firms import (
    Person,
    grant,
    put_firm,
    put_representative,
)
from district.systems.virtual_park.services.partners import (
    Wanted,
    accept_partner,
    ask_partner,
    save_product,
)
from district.systems.virtual_park.services.return_tables import make_table
from district.systems.virtual_park.services.returns import Typed, file_return, open_rounds

Row = Mapping[str, Any]
_LOADER = Actor.system("demo")
_SURNAMES = "陈林黄吴郑王冯蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
#: 万元 a year, and persons, by size class: what invented figures spread around.
_USUAL = {"large": (90_000, 900), "medium": (16_000, 190), "small": (4_200, 64), "micro": (900, 9)}
#: Every so many firms one files nothing, one files late, one corrects what it filed.
_MISSING, _LATE, _CORRECTED = 11, 13, 9


@dataclass(frozen=True)
class _Firm:
    """Who acts for a firm of the file, and whether it files returns."""

    acting: Acting
    files: bool


def play_past(folder: Path, data: Row, time: DemoTime) -> tuple[int, int]:
    """Bind the firms of the file, let them file and be found; how many firms, how many filings."""
    if "others" not in data:
        return 0, 0
    with (folder / data["others"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    at = datetime.fromisoformat(data["others_at"])
    with clock.moved_to(at), transaction.atomic():
        firms = [found for number, row in enumerate(rows) for found in _bind(number, row)]
    filed = sum(_round(row, firms, time) for row in data.get("rounds", ()))
    return len(firms), filed


def _bind(number: int, row: Row) -> list[_Firm]:
    """A manager who files returns, too; none where the register has not got the firm."""
    ref = enterprise_by_code(row["code"])
    if ref is None:
        return []
    surname = _SURNAMES[number % len(_SURNAMES)]
    person = Person(f"{surname}演示", f"139{10_000 + number:08d}").checked()
    firm, who = put_firm(ref, _LOADER), put_representative(person, _LOADER)
    roles = [ParkRole.MANAGER.value, ParkRole.STATISTICS.value]
    mandate = grant(firm, who, roles, (clock.today(), None), actor=_LOADER)
    actings = awake([mandate])
    if actings and row["findable"] == "yes":
        disclose(actings[0], Disclosed(is_findable=True))
    return [_Firm(acting, row["files"] == "yes") for acting in actings]


def _round(row: Row, firms: Sequence[_Firm], time: DemoTime) -> int:
    """A period: opened early in the next month, filed over some days, perhaps added up."""
    opens = datetime.fromisoformat(row["opens"])
    with clock.moved_to(opens):
        open_rounds()
    made = ReturnRound.objects.order_by("-end").first()
    if made is None or opens >= time.starts_at:
        return 0
    owed = dict(Return.objects.filter(round=made, number=0).values_list("enterprise", "pk"))
    filing = [one.acting for one in firms if one.files and one.acting.id in owed]
    filed = 0
    for at, acting in enumerate(filing):
        if at % _MISSING == _MISSING - 1:
            continue
        moment = opens + timedelta(days=3, minutes=37 * at)
        late = made.due_at + timedelta(days=1)
        with clock.moved_to(late if at % _LATE == _LATE - 1 else moment):
            values = _values(acting.enterprise, made.end.month)
            file_return(acting, owed[acting.id], Typed(values))
        if at % _CORRECTED == _CORRECTED - 1:
            with clock.moved_to(moment + timedelta(days=1)):
                values["staff"] += 2
                words = "漏报新招人员，更正。（演示）"
                file_return(acting, owed[acting.id], Typed(values, why=words))
        filed += 1
    if "table_at" in row:
        _table(made, row)
    return filed


def _table(made: ReturnRound, row: Row) -> None:
    unit = made.form.lead_unit_id
    member = members_acting([unit], [Role.OFFICER]).first()
    if member is not None:
        with clock.moved_to(datetime.fromisoformat(row["table_at"])):
            make_table(made.pk, row["by_row"], row["by_column"], actor=actor_for(member))


def _values(ref: EnterpriseRef, month: int) -> dict[str, Decimal]:
    """Invented figures of a firm: the same ones at every load, cumulative where the form says."""
    drawn = random.Random(f"{ref.code} {month}")  # noqa: S311  # figures of a demo, no secret
    usual = random.Random(ref.code)  # noqa: S311  # likewise
    money, staff = _USUAL.get(ref.size, _USUAL["small"])
    year = money * usual.uniform(0.4, 2.2)
    revenue = year * month / 12 * drawn.uniform(0.94, 1.06)
    return {
        "revenue": _rounded(revenue, "0.01"),
        "staff": _rounded(staff * usual.uniform(0.6, 1.6), "1"),
        "rd_spending": _rounded(revenue * usual.uniform(0.02, 0.08), "0.01"),
        "power": _rounded(year / 12 * usual.uniform(0.004, 0.02), "0.001"),
        "profit": _rounded(revenue * usual.uniform(-0.03, 0.12), "0.01"),
    }


def _rounded(value: float, places: str) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(places))


def let_find(acting: Acting, row: Row, time: DemoTime) -> None:
    """Products of a firm that signs in, and its requests to firms that may be found and theirs to
    it (`wants`, `wanted_by`: credit code, direction, product, words; the first are agreed to)."""
    with clock.moved_to(time.starts_at - timedelta(days=9)):
        for values in row.get("products", ()):
            save_product(acting, {**values, "capacity": _amount(values)})
        if row.get("findable"):
            disclose(acting, Disclosed(is_findable=True))
    for code, direction, product, text in row.get("wants", ()):
        other = _acting_for(code)
        if other is not None:
            with clock.moved_to(time.starts_at - timedelta(days=6)):
                wanted = Wanted(direction, product, text, "采购部（演示）000-0005-0001")
                made = ask_partner(acting, other.firm.pk, wanted)
            with clock.moved_to(time.starts_at - timedelta(days=4)):
                accept_partner(other, made.pk, "销售部（演示）000-0005-0002")
    for code, direction, product, text in row.get("wanted_by", ()):
        other = _acting_for(code)
        if other is not None:
            with clock.moved_to(time.starts_at - timedelta(days=1)):
                wanted = Wanted(direction, product, text, "市场部（演示）000-0005-0003")
                ask_partner(other, acting.firm.pk, wanted)


def _amount(values: Row) -> Decimal | None:
    return Decimal(str(values["capacity"])) if "capacity" in values else None


def _acting_for(code: str) -> Acting | None:
    """Whoever acts for a firm of the file; None where nobody does."""
    rows = Mandate.objects.filter(firm__code=code, ended_at=None)
    found = awake(rows.select_related("firm", "representative").order_by("granted_at", "pk")[:1])
    return found[0] if found else None
