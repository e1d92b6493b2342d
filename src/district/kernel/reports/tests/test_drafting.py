"""A draft is written from records, and the compiler gives its numbers back."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.compiler import compile_text
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.reports.models import Draft, Passage, Section, Slot
from district.kernel.reports.rules.manuscript import Chart, Number, Table
from district.kernel.reports.selectors.drafts import draft_view
from district.kernel.reports.selectors.manuscripts import manuscript_of, plain_text
from district.kernel.reports.services.deciding import approve_draft, drop_draft
from district.kernel.reports.services.drafting import make_draft
from district.kernel.reports.services.settings import put_phrasing
from district.kernel.reports.subjects import draft_subject
from district.kernel.reports.tests.conftest import LOADER, World

pytestmark = pytest.mark.django_db


def test_the_compiler_gives_back_every_number_of_the_draft(world: World) -> None:
    read = compile_text(plain_text(manuscript_of(world.draft))).statements
    found = Counter(
        (one.measure, one.value.normalize(), one.unit, one.kind, one.year) for one in read
    )
    bound = Counter(
        (one.name.removeprefix("全区"), one.value.normalize(), one.unit_word, one.kind, one.year)
        for one in Slot.objects.filter(passage__section__draft=world.draft, apart=False)
    )
    assert found == bound
    assert len(bound) >= 9


def test_a_draft_tells_what_was_reached_what_fell_short_and_what_comes(world: World) -> None:
    assert world.passage("公办义务教育学位", "theme").phrasing == "exceeded"
    short = world.passage("幼儿园", "gaps")
    assert (short.phrasing, short.why["light"]) == ("short", "red")
    assert world.passage("碧道").phrasing == "unknown"
    assert world.passage("完善家校社协同育人机制", "next").phrasing == "task"
    assert world.slot("幼儿园", "proposal").value == Decimal(2)
    assert world.slot("地区生产总值", "proposal").value == Decimal(6)
    assert not Passage.objects.filter(
        commitment__title="公办义务教育学位", section__key__startswith="next"
    ).exists()
    assert Section.objects.get(draft=world.draft, key="terms").passages.count() == 1
    assert "下降3.1%" in plain_text(manuscript_of(world.draft))


def test_a_number_is_bound_to_measure_period_status_and_version(world: World) -> None:
    slot = world.slot("公办义务教育学位", "value")
    assert slot.measure_id == world.passage("公办义务教育学位").commitment.measure_id  # type: ignore[union-attr]  # it has one
    assert (slot.unit_id, str(slot.period_start), str(slot.period_end)) == (
        "9",
        "2025-01-01",
        "2025-11-30",
    )
    assert (slot.status, slot.definition_version, slot.unit_word) == ("final", 1, "个")


def test_every_printed_number_opens_its_rows_and_the_annex_holds_all(world: World) -> None:
    document = manuscript_of(world.draft)
    table, chart = document.annexes[0].blocks
    assert isinstance(table, Table)
    assert isinstance(chart, Chart)
    cells = [run for row in table.rows for run in row if isinstance(run, Number)]
    assert (
        len(cells)
        == Slot.objects.filter(passage__section__draft=world.draft)
        .values("passage__commitment", "source")
        .distinct()
        .count()
    )
    assert all(run.address.startswith("/") for run in cells)
    assert "-3.1%" in [run.text for run in cells]
    assert chart.series[1][1] == (Decimal("6.2"), Decimal("-3.1"))


def test_a_draft_once_more_reads_the_same(world: World) -> None:
    before = plain_text(manuscript_of(world.draft))
    drop_draft(world.draft.pk, actor=world.planner)
    again = make_draft(world.report.pk, actor=world.planner)
    assert plain_text(manuscript_of(again)) == before


def test_one_draft_of_a_plan_is_written_at_a_time_and_only_by_planners(world: World) -> None:
    with pytest.raises(Conflict, match="正在起草"):
        make_draft(world.report.pk, actor=world.planner)
    drop_draft(world.draft.pk, actor=world.planner)
    with pytest.raises(NotPermitted):
        make_draft(world.report.pk, actor=world.officer)
    with pytest.raises(Invalid) as refused:
        make_draft(world.report.pk, title="长" * 201, actor=world.planner)
    assert refused.value.field == "title"
    assert not Draft.objects.exists()


def test_approval_is_another_persons_and_closes_the_draft(world: World) -> None:
    with pytest.raises(Conflict, match="起草人不能审定"):
        approve_draft(world.draft.pk, actor=world.planner)
    with pytest.raises(NotPermitted):
        approve_draft(world.draft.pk, actor=world.officer)
    approved = approve_draft(world.draft.pk, actor=world.leader)
    assert (approved.state, approved.approved_by) == ("approved", "李冬至")
    with pytest.raises(Conflict, match="已经审定"):
        drop_draft(world.draft.pk, actor=world.planner)
    kinds = [event.kind for event in events_of(draft_subject(world.draft.pk), 10)]
    assert sorted(kinds) == ["reports.draft.approved", "reports.draft.made"]


def test_a_draft_is_read_in_a_fixed_number_of_statements(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        draft_view(world.draft.pk)
    assert len(asked) <= 8


def test_a_district_replaces_whole_kinds_of_phrasing(world: World) -> None:
    own = ["{name}，办妥了。", "{name}，做完了。", "{name}，已经办好。"]
    put_phrasing({"done": {"words": own}}, actor=LOADER)
    with pytest.raises(Invalid) as refused:
        put_phrasing({"done": {"words": ["{name}完成5项。", *own]}}, actor=LOADER)
    assert refused.value.field == "done.words"
