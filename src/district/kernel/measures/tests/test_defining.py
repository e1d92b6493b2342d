"""Measures by hand: defined, changed as new versions, ended unless they are used, restored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.measures import uses
from district.kernel.measures.models import Filing, Measure, MeasureDefinition
from district.kernel.measures.records import MeasureSpec
from district.kernel.measures.rules.keys import key_for
from district.kernel.measures.services import (
    define_measure,
    end_measure,
    ensure_measures,
    open_period,
    restart_measure,
    save_draft,
    save_measure,
)
from district.kernel.measures.subjects import measure_subject
from district.kernel.measures.tests.conftest import INVESTMENT, LOADER, People, Stand
from district.kernel.measures.uses import Use
from district.kernel.measures.words import CHANGES, change_texts

NEW = MeasureSpec("", "新开工项目数", unit="个", definition="按开工令统计。")


def told(key: str) -> list[list[str]]:
    return [change_texts(e) for e in events_of(measure_subject(key), kinds=CHANGES)]


def test_a_measure_without_a_key_gets_one_from_its_words(people: People) -> None:
    made = define_measure(NEW, actor=people.planner)
    assert made.key == key_for("新开工项目数", "个", "absolute", "year_to_date")
    assert made.key.startswith("新开工项目数-")
    assert MeasureDefinition.objects.get(measure=made).text == "按开工令统计。"
    with pytest.raises(Invalid, match="已有编码") as twice:
        define_measure(NEW, actor=people.planner)
    assert twice.value.field == "name"
    assert define_measure(replace(NEW, unit="万元"), actor=people.planner).key != made.key


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "investment"}, "key"),
        ({"key": "new"}, "key"),
        ({"key": "a/b"}, "key"),
        ({"source": "system"}, "source"),
        ({"span": "quarter"}, "frequency"),
        ({"decimals": 7}, "decimals"),
        ({"basis": "guess"}, "basis"),
    ],
)
def test_measures_that_cannot_be_name_the_field(
    measure: Measure, people: People, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        define_measure(replace(NEW, **change), actor=people.planner)
    assert wrong.value.field == field
    assert Measure.objects.count() == 1


@pytest.mark.parametrize("who", ["officer", "head", "viewer"])
def test_only_planners_define_change_and_end_measures(
    measure: Measure, people: People, who: str
) -> None:
    actor = getattr(people, who)
    acts: tuple[Callable[[], object], ...] = (
        lambda: define_measure(NEW, actor=actor),
        lambda: save_measure(replace(INVESTMENT, name="x"), actor=actor),
        lambda: end_measure("investment", "x", cancel_open=True, actor=actor),
        lambda: restart_measure("investment", actor=actor),
    )
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    measure.refresh_from_db()
    assert (measure.name, measure.is_active) == ("固定资产投资额", True)


def test_other_prices_are_another_version_and_another_name_is_not(
    measure: Measure, people: People
) -> None:
    save_measure(replace(INVESTMENT, name="固投"), actor=people.planner)
    row = save_measure(replace(INVESTMENT, name="固投", prices="current"), actor=people.planner)
    assert row.definition_version == 2
    assert MeasureDefinition.objects.filter(measure=row).count() == 2
    newest, before = told("investment")[:2]
    assert set(newest) == {"价格口径由“不涉及价格”改为“现价”", "口径版本由“1”改为“2”"}
    assert before == ["名称由“固定资产投资额”改为“固投”"]


def test_a_change_of_what_somebody_else_changed_is_refused(
    measure: Measure, people: People
) -> None:
    save_measure(replace(INVESTMENT, name="甲"), actor=people.planner, seen=0)
    with pytest.raises(Conflict, match="刚被别人修改过"):
        save_measure(replace(INVESTMENT, name="乙"), actor=people.planner, seen=0)
    assert Measure.objects.get().name == "甲"


def test_a_drafted_value_holds_the_unit_too(filing: Filing, people: People, stand: Stand) -> None:
    with stand("2025-09-03 10:00"):
        save_draft(filing, Decimal(9), actor=people.officer)
    with pytest.raises(Invalid, match="不能改计量单位"):
        save_measure(replace(INVESTMENT, unit="万元"), actor=people.planner)


def test_nothing_becomes_computed_by_saying_so(measure: Measure, people: People) -> None:
    with pytest.raises(Invalid, match="系统自己建立"):
        save_measure(replace(INVESTMENT, source="system"), actor=people.planner)
    ensure_measures([MeasureSpec("c", "算", source="system")], actor=LOADER)
    with pytest.raises(Conflict, match="系统计算"):
        end_measure("c", "x", cancel_open=False, actor=people.planner)


def test_an_ended_measure_is_filed_by_nobody_until_it_is_restored(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand("2025-09-03 10:00"):
        with pytest.raises(Invalid, match="停用原因"):
            end_measure("investment", " ", cancel_open=True, actor=people.planner)
        end_measure("investment", "制度调整", cancel_open=True, actor=people.planner, seen=0)
        with pytest.raises(Conflict, match="已停用"):
            end_measure("investment", "x", cancel_open=True, actor=people.planner)
    assert Filing.objects.get().state == "cancelled"
    assert told("investment")[0] == ["制度调整", "取消 1 份没有提交的填报"]
    with stand("2025-10-08 10:00"):
        assert open_period(actor=LOADER) == 0
        restart_measure("investment", actor=people.planner)
        assert open_period(actor=LOADER) == 1
        with pytest.raises(Conflict, match="在用"):
            restart_measure("investment", actor=people.planner)
    states = Filing.objects.order_by("period_end").values_list("period_end", "state")
    assert list(states) == [(date(2025, 8, 31), "draft"), (date(2025, 9, 30), "draft")]


def test_what_reads_a_measure_keeps_it(measure: Measure, people: People) -> None:
    used = {"tests": lambda key: [Use("投资增长", "/x/")] if key == "investment" else []}
    with mock.patch.dict(uses._DECLARED, used), pytest.raises(Conflict, match="例如“投资增长”"):
        end_measure("investment", "x", cancel_open=True, actor=people.planner)
    measure.refresh_from_db()
    assert measure.is_active
