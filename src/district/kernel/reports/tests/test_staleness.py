"""Whatever a passage rests on changes: it is stale, shows old and new, and takes the new."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, NotPermitted
from district.kernel.measures.public import Measure
from district.kernel.plan.public import (
    approve_adjustment,
    cancel_commitment,
    edit_commitment,
    finish_commitment,
    propose_adjustment,
)
from district.kernel.reports.models import Change, Passage
from district.kernel.reports.outlooks import _DECLARED
from district.kernel.reports.rules.outcome import Outlook
from district.kernel.reports.selectors.manuscripts import manuscript_of, plain_text
from district.kernel.reports.selectors.parts import misread
from district.kernel.reports.selectors.staleness import stale_passages
from district.kernel.reports.services.deciding import approve_draft
from district.kernel.reports.services.editing import propose_change
from district.kernel.reports.services.following import take_all_new, take_new
from district.kernel.reports.tests.conftest import World, commitment, record

pytestmark = pytest.mark.django_db


def _adjust(world: World, title: str, value: str) -> None:
    row = commitment(title)
    adjustment = propose_adjustment(
        row.pk, value=Decimal(value), reason="按上级要求", actor=world.planner
    )
    approve_adjustment(adjustment.pk, actor=world.leader)


def _redefine(world: World, title: str) -> None:
    measure = Measure.objects.get(pk=commitment(title).measure_id)
    Measure.objects.filter(pk=measure.pk).update(definition_version=2)
    record(title, "6500", status="preliminary")


CHANGES: dict[str, tuple[str, str, Callable[[World], object]]] = {
    "a revised value": (
        "公办义务教育学位",
        "数值有变化",
        lambda world: record("公办义务教育学位", "6600"),
    ),
    "a firmer status": (
        "公办义务教育学位",
        "数据状态有变化",
        lambda world: record("公办义务教育学位", "6500", status="preliminary"),
    ),
    "a newer period": (
        "公办义务教育学位",
        "有更新的统计期",
        lambda world: record("公办义务教育学位", "6500", end=date(2025, 12, 29)),
    ),
    "another definition": (
        "公办义务教育学位",
        "口径版本有变化",
        lambda world: _redefine(world, "公办义务教育学位"),
    ),
    "another target": (
        "全区优良河长占比",
        "数值有变化",
        lambda world: _adjust(world, "全区优良河长占比", "75"),
    ),
    "another name": (
        "幼儿园",
        "承诺表述有变化",
        lambda world: edit_commitment(
            commitment("幼儿园").pk, {"title": "公办幼儿园"}, actor=world.planner
        ),
    ),
    "a task is done": (
        "推进垃圾分类宣传",
        "完成情况有变化",
        lambda world: finish_commitment(
            commitment("推进垃圾分类宣传").pk, note="活动全部举办", actor=world.planner
        ),
    ),
    "a commitment is cancelled": (
        "幼儿园",
        "来源已不存在",
        lambda world: cancel_commitment(
            commitment("幼儿园").pk, note="并入新校", actor=world.planner
        ),
    ),
    "a first value": ("碧道", "完成情况有变化", lambda world: record("碧道", "13")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_marks_the_passage_and_one_click_takes_the_new(world: World, name: str) -> None:
    title, words, change = CHANGES[name]
    assert stale_passages(world.draft) == {}
    keys = {row.pk for row in Passage.objects.filter(commitment__title=title)}
    change(world)
    stale = stale_passages(world.draft)
    assert set(stale) <= keys
    assert words in {str(word) for row in stale.values() for word in row.words}
    with pytest.raises(Conflict, match="数据已有变化"):
        approve_draft(world.draft.pk, actor=world.leader)
    for key in stale:
        assert take_new(key, actor=world.planner)
    assert stale_passages(world.draft) == {}
    assert misread(world.draft) == {}
    approve_draft(world.draft.pk, actor=world.leader)


def test_old_and_new_stand_beside_each_other(world: World) -> None:
    record("固定资产投资额", "1.25")
    stale = stale_passages(world.draft)[world.passage("固定资产投资额", "headlines").pk]
    assert [(one.old_text, one.new_text) for one in stale.slots] == [("-3.1%", "1.25%")]
    take_new(stale.passage.pk, actor=world.planner)
    assert "下降3.1%" not in plain_text(manuscript_of(world.draft))
    assert "1.25%" in plain_text(manuscript_of(world.draft))


def test_a_short_commitment_that_is_reached_is_worded_anew_visibly(world: World) -> None:
    record("幼儿园", "3")
    row = world.passage("幼儿园", "gaps")
    before = row.text
    take_new(row.pk, actor=world.planner)
    row.refresh_from_db()
    assert row.phrasing == "reached"
    change = Change.objects.get(passage=row)
    assert (change.before, change.after, change.state) == (before, row.text, "accepted")


def test_what_a_system_foresees_is_a_proposal_and_goes_stale_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = str(commitment("地区生产总值").measure_id)
    monkeypatch.setitem(
        _DECLARED, "tests", lambda keys, year: {measure: Outlook(expected=Decimal("5.3"))}
    )
    row = world.passage("地区生产总值", "targets")
    assert [one.new_text for one in stale_passages(world.draft)[row.pk].slots] == ["5%"]
    take_new(row.pk, actor=world.planner)
    assert world.slot("地区生产总值", "proposal").why == "expected"


def test_all_stale_passages_are_renewed_at_once_but_not_those_being_changed(world: World) -> None:
    record("公办义务教育学位", "6600")
    record("地区生产总值", "6.1")
    row = world.passage("地区生产总值", "headlines")
    propose_change(row.pk, row.text.replace("。", "，开局良好。"), actor=world.planner)
    with pytest.raises(Conflict, match="待处理的修订"):
        take_new(row.pk, actor=world.planner)
    assert take_all_new(world.draft.pk, actor=world.planner) == 1
    assert set(stale_passages(world.draft)) == {row.pk}
    with pytest.raises(NotPermitted):
        take_new(row.pk, actor=world.officer)
