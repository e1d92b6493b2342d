"""Words are changed with tracks; a number comes only from a filing with evidence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.measures.public import (
    DutySpec,
    Filing,
    MeasureSpec,
    add_evidence,
    ensure_measures,
    file_value,
    open_period,
    review,
    revise_value,
    save_duty,
    sign_off,
)
from district.kernel.reports.models import Change, Passage
from district.kernel.reports.selectors.manuscripts import manuscript_of, plain_text
from district.kernel.reports.selectors.parts import misread
from district.kernel.reports.selectors.staleness import filings_to_cite, stale_passages
from district.kernel.reports.services.editing import (
    accept_change,
    propose_change,
    reject_change,
    undo_change,
)
from district.kernel.reports.services.following import take_new
from district.kernel.reports.tests.conftest import LOADER, World

pytestmark = pytest.mark.django_db
TITLE = "公办义务教育学位"


def _row(world: World) -> Passage:
    return world.passage(TITLE, "theme")


def _propose(world: World, text: str) -> Change:
    change = propose_change(_row(world).pk, text, actor=world.officer)
    assert change is not None
    return change


def test_a_change_waits_then_is_accepted_and_can_be_undone(world: World) -> None:
    before = _row(world).text
    after = before.replace("。", "，入学需求得到保障。")
    change = _propose(world, after)
    assert _row(world).text == before
    accept_change(change.pk, actor=world.planner)
    assert _row(world).text == after
    assert "入学需求得到保障" in plain_text(manuscript_of(world.draft))
    undo_change(change.pk, actor=world.planner)
    assert _row(world).text == before
    change.refresh_from_db()
    assert (change.state, change.made_by, change.decided_by) == ("undone", "潘谷雨", "陈小满")


def test_a_rejected_or_withdrawn_change_leaves_the_words(world: World) -> None:
    before = _row(world).text
    reject_change(_propose(world, before + "请审阅。").pk, actor=world.planner)
    undo_change(_propose(world, before + "请审阅。").pk, actor=world.officer)
    assert _row(world).text == before
    assert [one.state for one in Change.objects.order_by("made_at", "id")] == [
        "rejected",
        "undone",
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("{1}", ""), "标记与原句不一致"),
        (lambda text: text.replace("{1}", "{1}{1}"), "标记与原句不一致"),
        (lambda text: text.replace("{1}", "6600个"), "标记与原句不一致"),
        (lambda text: text.replace("。", "，比上年多500个。"), "手写的数字"),
        (lambda text: text.replace("。", "，增长两成。"), "汉字写的比例"),
        (lambda text: text.replace("。", "，另有三百余名教师到岗，增加学校五所。"), "读成别的意思"),
        (lambda text: text.replace("公办义务教育学位", "学位"), "读成别的意思"),
        (lambda text: "{w}教师{1}，保障公办义务教育学位。", "读成别的意思"),
        (lambda text: text + "{x}", "不认识的标记"),
        (lambda text: "  ", "没有文字"),
    ],
)
def test_words_that_touch_a_number_are_refused(world: World, change: object, problem: str) -> None:
    assert callable(change)
    with pytest.raises(Invalid, match=problem) as refused:
        propose_change(_row(world).pk, change(_row(world).text), actor=world.officer)
    assert refused.value.field == "text"
    assert refused.value.remedy
    assert not Change.objects.exists()


def test_who_may_change_and_decide(world: World) -> None:
    text = _row(world).text + "请审阅。"
    for actor in (world.outsider, world.leader):
        with pytest.raises(NotPermitted):
            propose_change(_row(world).pk, text, actor=actor)
    change = _propose(world, text)
    with pytest.raises(NotPermitted):
        accept_change(change.pk, actor=world.head)
    with pytest.raises(NotPermitted):
        undo_change(change.pk, actor=world.head)
    with pytest.raises(Conflict, match="已有待处理的修订"):
        propose_change(_row(world).pk, text + "再请审阅。", actor=world.planner)


def test_nobody_writes_over_another(world: World) -> None:
    seen = _row(world).version
    accept_change(_propose(world, _row(world).text + "请审阅。").pk, actor=world.planner)
    with pytest.raises(Conflict, match="刚被别人修改"):
        propose_change(_row(world).pk, "别的话{1}。", actor=world.officer, version=seen)


@pytest.fixture
def filing(world: World, settings: LazySettings, tmp_path: Path) -> Filing:
    """Teachers taken on until November: filed, reviewed, signed off, with evidence."""
    settings.MEDIA_ROOT = tmp_path
    spec = MeasureSpec("teachers", "公办学校教师", unit="名", decimals=0)
    ensure_measures([spec], actor=LOADER)
    save_duty(DutySpec("teachers", "9-D02", date(2025, 11, 30)), actor=LOADER)
    open_period(actor=LOADER)
    row = Filing.objects.get(measure="teachers", period_end=date(2025, 11, 30))
    add_evidence(row, "名单.txt", "三百二十一人".encode(), actor=world.officer)
    file_value(row, Decimal(321), status="final", actor=world.officer)
    review(row, actor=world.head)
    sign_off(row, actor=world.planner)
    return row


def test_a_filing_with_evidence_brings_its_number(world: World, filing: Filing) -> None:
    assert filings_to_cite() == [filing]
    text = _row(world).text + "新增公办学校教师{+}。"
    with pytest.raises(Invalid, match="标记与原句不一致"):
        propose_change(_row(world).pk, text, actor=world.officer)
    change = propose_change(_row(world).pk, text, actor=world.officer, filing_id=filing.pk)
    assert change is not None
    accept_change(change.pk, actor=world.planner)
    slot = _row(world).slots.get(source="filing")
    assert (slot.name, slot.value, slot.filing, slot.apart) == (
        "公办学校教师",
        Decimal(321),
        filing,
        False,
    )
    assert misread(world.draft) == {}
    assert stale_passages(world.draft) == {}
    assert "新增公办学校教师321名。" in plain_text(manuscript_of(world.draft))


def test_a_revised_filing_makes_its_sentence_stale(world: World, filing: Filing) -> None:
    text = _row(world).text + "新增公办学校教师{+}。"
    change = propose_change(_row(world).pk, text, actor=world.planner, filing_id=filing.pk)
    assert change is not None
    accept_change(change.pk, actor=world.planner)
    filing.refresh_from_db()
    assert filing.value_recorded is not None
    revise_value(
        filing.value_recorded, Decimal(330), status="final", note="年报核实", actor=world.planner
    )
    stale = stale_passages(world.draft)[_row(world).pk]
    assert [(one.old_text, one.new_text) for one in stale.slots] == [("321名", "330名")]
    take_new(_row(world).pk, actor=world.planner)
    assert "新增公办学校教师330名。" in plain_text(manuscript_of(world.draft))
    assert stale_passages(world.draft) == {}


def test_a_filing_without_evidence_or_words_for_it_is_refused(world: World, filing: Filing) -> None:
    row = _row(world)
    with pytest.raises(Invalid, match="读不出") as refused:
        propose_change(row.pk, row.text + "{+}。", actor=world.officer, filing_id=filing.pk)
    assert refused.value.field == "text"
    filing.evidence.all().delete()
    assert filings_to_cite() == []
    with pytest.raises(Invalid, match="佐证") as refused:
        propose_change(
            row.pk, row.text + "新增公办学校教师{+}。", actor=world.officer, filing_id=filing.pk
        )
    assert refused.value.field == "filing"
