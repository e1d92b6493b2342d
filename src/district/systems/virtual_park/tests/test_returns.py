"""Returns: who has to file, what is checked, who reads what, the table, and what nobody sees."""

from __future__ import annotations

import copy
import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.models import Event
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import UnitRow, create_member, load_units
from district.systems.virtual_park.models import (
    Firm,
    Mandate,
    Representative,
    Return,
    ReturnFiling,
    ReturnFormVersion,
    ReturnRound,
    ReturnTable,
)
from district.systems.virtual_park.selectors.acting import Acting, awake
from district.systems.virtual_park.selectors.returns import filed_by_unit, owed_by, own_versions
from district.systems.virtual_park.services.return_tables import make_table
from district.systems.virtual_park.services.returns import (
    Typed,
    file_return,
    open_rounds,
    put_form,
    read_return,
    save_draft,
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

pytestmark = pytest.mark.django_db

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
    values = {"revenue": Decimal(revenue), "staff": Decimal(staff), "profit": Decimal(profit)}
    return Typed(values, **more)


CANARY = typed("7654321.87", "987431", "-4477.31")


@dataclass
class Collected:
    """The small district with a unit that collects returns, and one period of a form."""

    people: People

    @property
    def round(self) -> ReturnRound:
        return ReturnRound.objects.get()

    def owed(self, firm: str) -> Return:
        return Return.objects.get(enterprise=str(self.people.firms[firm].pk))


@pytest.fixture
def collected(park: People) -> Collected:
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


def test_who_holds_the_condition_owes_once_and_the_calendar_says_by_when(
    collected: Collected,
) -> None:
    assert open_rounds() == 0
    assert Return.objects.count() == 2
    # Five working days after Sunday 31 August: Friday 5 September.
    assert timezone.localtime(collected.round.due_at).date() == date(2025, 9, 5)


def test_a_form_of_another_content_is_another_version_and_a_bad_one_is_refused(
    collected: Collected,
) -> None:
    assert put_form(FORM, actor=LOADER) is False
    changed = {**FORM, "due_working_days": 6}
    assert put_form(changed, actor=LOADER) is True
    assert ReturnFormVersion.objects.count() == 2
    assert collected.round.form_version.number == 1
    spoilt: tuple[dict[str, Any], ...] = (
        {"threshold": 2}, {"percent": 0}, {"period": "week"}, {"where": "nonsense = 1"},
        {"first_end": date(2025, 8, 30)}, {"unit": "nowhere"}, {"items": []},
    )  # fmt: skip
    for spoiled in spoilt:
        with pytest.raises((Invalid, NotPermitted)):
            put_form({**FORM, **spoiled}, actor=LOADER)
    negative = copy.deepcopy(FORM)
    negative["items"][2]["published"] = True
    with pytest.raises(Invalid, match="negative"):
        put_form(negative, actor=LOADER)
    with pytest.raises(NotPermitted):
        put_form(changed, actor=collected.people.actor("head"))


def test_only_the_statistics_role_of_the_firm_itself_files_and_reads(
    collected: Collected,
) -> None:
    people, owed = collected.people, collected.owed("east")
    manager, other = people.acting("east"), people.acting("west", "statistics")
    for act in (
        lambda: owed_by(manager),
        lambda: own_versions(manager, owed),
        lambda: save_draft(manager, owed.pk, {"revenue": "1"}),
        lambda: file_return(manager, owed.pk, CANARY),
    ):
        with pytest.raises(NotPermitted):
            act()
    for act in (
        lambda: save_draft(other, owed.pk, {"revenue": "1"}),
        lambda: file_return(other, owed.pk, CANARY),
    ):
        with pytest.raises(NotFound):
            act()
    file_return(people.acting("east", "statistics"), owed.pk, CANARY)
    assert own_versions(other, owed) == []


def test_a_hard_check_refuses_and_a_soft_one_asks_for_a_reason(collected: Collected) -> None:
    acting, owed = collected.people.acting("east", "statistics"), collected.owed("east")
    with pytest.raises(Invalid) as refused:
        file_return(acting, owed.pk, typed("10", profit="11"))
    assert refused.value.field == "profit"
    for values, field in (
        (typed("-1"), "revenue"), (typed("1.234"), "revenue"), (typed("1", staff="1.5"), "staff"),
        (Typed({"revenue": Decimal(1), "staff": None, "profit": Decimal(0)}), "staff"),
        (typed("1" + "0" * 12), "revenue"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as wrong:
            file_return(acting, owed.pk, values)
        assert wrong.value.field == field
    assert ReturnFiling.objects.count() == 0
    file_return(acting, owed.pk, typed("100"))
    put_form(FORM, actor=LOADER)
    later = ReturnRound.objects.create(
        form=collected.round.form, form_version=collected.round.form_version,
        end=date(2026, 8, 31), opened_at=clock.now(), due_at=clock.now(),
    )  # fmt: skip
    again = Return.objects.create(
        round=later, enterprise=owed.enterprise, code=owed.code, name=owed.name
    )
    with pytest.raises(Invalid) as asked:
        file_return(acting, again.pk, typed("151"))
    assert asked.value.field == "reason_jump"
    file_return(acting, again.pk, typed("150"))
    file_return(acting, again.pk, typed("151", reasons={"jump": "新增一条产线"}, why="漏报"))
    again.refresh_from_db()
    assert (again.number, again.asked) == (2, 1)


def test_a_correction_says_why_and_earlier_versions_stay(collected: Collected) -> None:
    acting, owed = collected.people.acting("east", "statistics"), collected.owed("east")
    file_return(acting, owed.pk, typed("100"))
    with pytest.raises(Invalid) as missing:
        file_return(acting, owed.pk, typed("101"))
    assert missing.value.field == "why"
    file_return(acting, owed.pk, typed("101", why="发票漏计"))
    found = own_versions(acting, owed)
    assert [one.kept.values["revenue"] for one in found] == [Decimal(101), Decimal(100)]
    assert found[0].kept.why == "发票漏计"


def test_a_firm_files_on_the_portal_and_a_draft_is_kept(collected: Collected) -> None:
    people, owed = collected.people, collected.owed("east")
    client = people.client("east", "statistics")
    assert "试验月报" in client.get(reverse("park_returns")).content.decode()
    assert "试验月报" in client.get(reverse("park")).content.decode()
    url = reverse("park_return", args=[owed.pk])
    drafted = people.post(client, url, "east", do="draft", revenue="12..5", staff="", profit="1")
    assert drafted.status_code == 302
    assert "12..5" in client.get(url).content.decode()
    wrong = people.post(client, url, "east", do="file", revenue="12..5", staff="3", profit="1")
    assert wrong.status_code == 422
    assert "12..5" in wrong.content.decode()
    done = people.post(client, url, "east", do="file", revenue="12.50", staff="3", profit="1")
    assert done.status_code == 302
    owed.refresh_from_db()
    assert (owed.state, owed.number, owed.draft) == ("filed", 1, "")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) <= 14
    assert people.client("east").get(url).status_code == 403
    assert people.client("west", "statistics").get(url).status_code == 404


def test_the_collecting_unit_reads_one_return_for_a_reason_that_history_keeps(
    collected: Collected,
) -> None:
    people, owed = collected.people, collected.owed("east")
    file_return(people.acting("east", "statistics"), owed.pk, CANARY)
    for who in ("leader", "industry", "service", "planner", "auditor", "admin"):
        with pytest.raises(NotPermitted):
            read_return(owed.pk, "想看看", actor=people.actor(who))
    with pytest.raises(Invalid):
        read_return(owed.pk, " ", actor=people.actor("statistician"))
    client = people.member_client("statistician")
    url = reverse("park_return_read", args=[owed.pk])
    assert not _canaries_in(client.get(url).content.decode())
    shown = client.post(url, {"reason": "核实同比增幅"})
    assert "7,654,321.87" in shown.content.decode()
    event = Event.objects.filter(kind="virtual_park.return.read").get()
    assert event.data["reason"] == "核实同比增幅"


def _canaries_in(text: str) -> list[str]:
    plain = text.replace(",", "")
    return [one for one in CANARIES if one in text or one in plain]


def _filed_by_many(collected: Collected) -> dict[str, Decimal]:
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


def test_the_table_leaves_out_what_gives_a_firm_away_and_is_made_once(
    collected: Collected,
) -> None:
    _filed_by_many(collected)
    people, key = collected.people, collected.round.pk
    due_at = collected.round.due_at
    ReturnRound.objects.update(due_at=clock.now() + timedelta(hours=1))
    with pytest.raises(Conflict):
        make_table(key, "street", actor=people.actor("statistician"))
    ReturnRound.objects.update(due_at=due_at)
    for who in ("leader", "planner", "industry", "admin"):
        with pytest.raises(NotPermitted):
            make_table(key, "street", actor=people.actor(who))
    with pytest.raises(Invalid):
        make_table(key, "section", "division", actor=people.actor("statistician"))
    table = make_table(key, "street", actor=people.actor("statistician"))
    # The giant makes its street and the whole sensitive; the other street is then safe to show.
    shown = {(cell[0], cell[1]): cell[2:] for cell in table.content["cells"]}
    assert shown["901", "*"] == []
    assert shown["*", "*"] == []
    assert len(shown["902", "*"]) == 2
    with pytest.raises(Conflict):
        make_table(key, "size", actor=people.actor("statistician"))
    acting = people.acting("west", "statistics")
    file_return(acting, collected.owed("west").pk, typed("999", why="更正"))
    table.refresh_from_db()
    assert {(cell[0], cell[1]): cell[2:] for cell in table.content["cells"]} == shown


def test_the_table_page_and_its_files_show_the_same(collected: Collected) -> None:
    _filed_by_many(collected)
    people = collected.people
    client = people.member_client("statistician")
    made = client.post(
        reverse("park_return_round", args=[collected.round.pk]),
        {"by_row": "street", "by_column": ""},
    )
    assert made.status_code == 302
    url = reverse("park_return_table", args=[collected.round.pk])
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).content.decode()
    assert len(queries) <= 10
    assert "保密" in page
    csv = b"".join(client.get(f"{url}?format=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a file answer
    assert "保密" in csv
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get(f"{url}?format=xlsx").streaming_content))  # type: ignore[attr-defined]  # a file answer
    )
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    for text in (page, csv, " ".join(cells)):
        assert not _canaries_in(text)
    assert people.member_client("leader").get(url).status_code == 200
    assert people.member_client("industry").get(url).status_code in (403, 404)


def test_history_and_the_tables_of_the_database_hold_no_value_in_clear(
    collected: Collected,
) -> None:
    people, owed = collected.people, collected.owed("east")
    acting = people.acting("east", "statistics")
    save_draft(acting, owed.pk, {"revenue": "7654321.87"})
    file_return(acting, owed.pk, CANARY)
    file_return(acting, owed.pk, typed("7654321", "987431", "-4477.31", why="更正"))
    read_return(owed.pk, "核实", actor=people.actor("statistician"))
    for config in apps.get_app_configs():
        if config.label.startswith(("sys_", "kernel_")):
            for model in config.get_models():
                found = serializers.serialize("json", model._default_manager.all())
                assert not _canaries_in(found), model


def test_nobody_else_sees_a_value_on_any_page_register_or_api(collected: Collected) -> None:
    _filed_by_many(collected)
    make_table(collected.round.pk, "street", "size", actor=collected.people.actor("statistician"))
    people, owed = collected.people, collected.owed("east")
    addresses = [
        reverse("park_return_rounds"), reverse("park_return_tables"),
        reverse("park_return_register"), reverse("park_return_round", args=[collected.round.pk]),
        reverse("park_return_table", args=[collected.round.pk]),
        reverse("park_return_read", args=[owed.pk]),
        *(f"/registers/{key}/" for key in
          ("virtual_park-returns", "virtual_park-firms", "enterprises",
           "measures-values", "tracking-rows")),
        *(f"/registers/virtual_park-returns/?format={kind}" for kind in ("csv", "json")),
        "/api/registers/virtual_park-returns", f"/registers/virtual_park-returns/row/{owed.pk}/",
        f"/enterprises/{people.firms['east'].pk}/", "/history/", "/measures/", "/home/",
        f"/virtual_park/staff/firms/{people.firms['east'].code}/",
    ]  # fmt: skip
    clients = {
        who: people.member_client(who)
        for who in ("leader", "planner", "auditor", "admin", "industry", "service", "statistician")
    }
    opened = set()
    for who, client in clients.items():
        for url in addresses:
            answer = client.get(url)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a file answer
            assert not _canaries_in(body.decode("utf-8", "replace")), (who, url)
            if answer.status_code == 200:
                opened.add((who, url))
    register = "/registers/virtual_park-returns/"
    assert ("statistician", register) in opened
    for who, client in clients.items():
        page = client.get(reverse("park_return_rounds"))
        told = page.status_code == 200 and "试验月报" in page.content.decode()
        assert told == (who == "statistician"), who
    assert not [pair for pair in opened if pair[1] == addresses[3] and pair[0] != "statistician"]
    portal = [reverse("park"), reverse("park_return", args=[owed.pk]), reverse("park_returns"),
              reverse("park_profile"), reverse("park_people")]  # fmt: skip
    for client in (people.client("east"), people.client("west", "statistics"), Client()):
        for url in portal:
            assert not _canaries_in(client.get(url).content.decode()), url


def test_the_measure_counts_what_was_filed_in_time(collected: Collected) -> None:
    period = StatPeriod(date(2025, 9, 1), date(2025, 9, 30), "month")
    assert filed_by_unit(period) == {"9-D08": Decimal("0.0"), "9": Decimal("0.0")}
    with standing("2025-09-03 10:00"):
        file_return(
            collected.people.acting("east", "statistics"), collected.owed("east").pk, typed("1")
        )
    with standing("2025-09-20 10:00"):
        file_return(
            collected.people.acting("west", "statistics"), collected.owed("west").pk, typed("1")
        )
    assert filed_by_unit(period) == {"9-D08": Decimal("50.0"), "9": Decimal("50.0")}
    august = StatPeriod(date(2025, 8, 1), date(2025, 8, 31), "month")
    assert filed_by_unit(august) == {}


def test_roles_that_may_not_are_refused_at_the_door(collected: Collected) -> None:
    people = collected.people
    url = reverse("park_return_round", args=[collected.round.pk])
    for who in ("leader", "planner", "industry", "head", "service", "admin"):
        client = people.member_client(who)
        answer = client.post(url, {"by_row": "street", "by_column": ""})
        assert answer.status_code in (403, 404), who
    assert not ReturnTable.objects.exists()
