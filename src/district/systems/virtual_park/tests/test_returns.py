"""Returns: who has to file, what is checked, who reads what."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound, NotPermitted
from district.kernel.history.models import Event
from district.kernel.measures.public import StatPeriod
from district.systems.virtual_park.models import (
    Return,
    ReturnFiling,
    ReturnFormVersion,
    ReturnRound,
)
from district.systems.virtual_park.selectors.returns import filed_by_unit, owed_by, own_versions
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
    People,
)
from district.systems.virtual_park.tests.returns_world import (
    CANARY,
    FORM,
    Collected,
    canaries_in,
    collect,
    typed,
)
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def collected(park: People) -> Collected:
    return collect(park)


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
    assert not canaries_in(client.get(url).content.decode())
    shown = client.post(url, {"reason": "核实同比增幅"})
    assert "7,654,321.87" in shown.content.decode()
    event = Event.objects.filter(kind="virtual_park.return.read").get()
    assert event.data["reason"] == "核实同比增幅"


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
                assert not canaries_in(found), model


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
