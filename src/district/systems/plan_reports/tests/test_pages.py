"""The pages of a draft: read, edited, decided, renewed, approved; by whom, in few statements."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.organisation.public import actor_for, create_member
from district.kernel.plan.public import (
    Commitment,
    Report,
    Succession,
    create_report,
    possible_successors,
    undo_succession,
)
from district.kernel.reports.jobs import roll_over
from district.kernel.reports.public import (
    Change,
    Draft,
    RollOver,
    Section,
    approve_draft,
    propose_change,
)
from district.kernel.supervision.public import start_run
from district.systems.plan_reports.tests.conftest import LOADER, World, record

pytestmark = pytest.mark.django_db


def _read(world: World, name: str, *arguments: object, who: str = "planner") -> str:
    answer = world.client(who).get(reverse(name, args=arguments))
    assert answer.status_code == 200, answer.content.decode()[:300]
    return str(answer.content.decode())


def _chapter(world: World, title: str) -> str:
    """The chapter that tells first of a commitment."""
    section = world.passage(title).section
    return _read(world, "report_chapter", world.draft.pk, section.position)


def test_every_page_takes_ten_statements_at_most(world: World) -> None:
    record("公办义务教育学位", "6600")
    row = world.passage("地区生产总值")
    propose_change(row.pk, row.text.replace("。", "，开局良好。"), actor=world.planner)
    world.client("planner")
    for name, arguments in (
        ("report_drafts", ()),
        ("report_draft_new", ()),
        ("report_draft", (world.draft.pk,)),
        ("report_chapter", (world.draft.pk, row.section.position)),
        ("report_annex", (world.draft.pk,)),
        ("report_text", (world.draft.pk,)),
        ("report_roll_over", (world.draft.pk,)),
        ("report_changes", (world.draft.pk,)),
        ("report_stale", (world.draft.pk,)),
        ("report_passage", (row.pk,)),
        ("report_drop", (world.draft.pk,)),
    ):
        with CaptureQueriesContext(connection) as asked:
            _read(world, name, *arguments)
        assert len(asked) <= 10, (name, [one["sql"][:90] for one in asked])


def test_each_number_of_the_draft_opens_its_rows(world: World) -> None:
    page = _chapter(world, "公办义务教育学位")
    link = re.search(r'href="([^"]+)">6500个</a>', page)
    assert link is not None
    rows = world.client("planner").get(link[1].replace("&amp;", "&"))
    assert "6,500" in rows.content.decode() or "6500" in rows.content.decode()
    assert reverse("register_list", args=["reports-slots"]) in _read(
        world, "report_draft", world.draft.pk
    )


def test_the_contents_lead_to_every_chapter_and_each_to_its_neighbours(world: World) -> None:
    record("公办义务教育学位", "6600")
    row = world.passage("地区生产总值")
    propose_change(row.pk, row.text.replace("。", "，开局良好。"), actor=world.planner)
    page = _read(world, "report_draft", world.draft.pk)
    assert "存在的差距和原因" in page
    told = [one for one in Section.objects.filter(draft=world.draft) if one.passages.exists()]
    assert len(told) >= 4
    assert len(re.findall(r"badge-yellow", page)) >= 2
    for at, section in enumerate(told):
        address = reverse("report_chapter", args=[world.draft.pk, section.position])
        assert address in page
        chapter = _read(world, "report_chapter", world.draft.pk, section.position)
        assert f"{at + 1} / {len(told)}" in chapter
        assert ('data-key="p"' in chapter) == (at > 0)
        assert ('data-key="n"' in chapter) == (at + 1 < len(told))
        shown = set(re.findall(r'id="p-([0-9a-f-]+)"', chapter))
        assert shown == {str(key) for key in section.passages.values_list("pk", flat=True)}


def test_a_passage_opens_in_its_chapter_and_a_heading_alone_is_none(world: World) -> None:
    row = world.passage("幼儿园")
    client = world.client("planner")
    answer = client.get(reverse("report_at", args=[world.draft.pk, row.pk]))
    chapter = reverse("report_chapter", args=[world.draft.pk, row.section.position])
    assert answer["Location"] == f"{chapter}#p-{row.pk}"
    alone = Section.objects.get(draft=world.draft, key="done")
    missing = reverse("report_chapter", args=[world.draft.pk, alone.position])
    assert client.get(missing).status_code == 404


def test_the_whole_text_and_its_annex_are_there_to_be_printed(world: World) -> None:
    text = _read(world, "report_text", world.draft.pk)
    assert "6500个" in text
    assert "data-prints" in text
    annex = _read(world, "report_annex", world.draft.pk)
    assert "公办义务教育学位" in annex


def test_a_draft_comes_out_as_a_document_with_its_annex(world: World) -> None:
    client = world.client("planner")
    address = reverse("report_draft", args=[world.draft.pk])
    answer = client.get(address, {"format": "docx"})
    with zipfile.ZipFile(BytesIO(answer.content)) as package:
        text = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
    assert "6500个" in text
    assert "附件" in text
    assert "附件" in _read(world, "report_draft", world.draft.pk)


def test_words_are_proposed_on_a_page_and_what_is_refused_stays_written(world: World) -> None:
    row = world.passage("公办义务教育学位")
    address = reverse("report_passage", args=[row.pk])
    sent = {
        "text": row.text.replace("。", "，比上年多500个。"),
        "filing": "",
        "version": row.version,
    }
    answer = world.client("officer").post(address, sent)
    page = answer.content.decode()
    assert "文字里有手写的数字" in page
    assert "比上年多500个" in page
    sent["text"] = row.text.replace("。", "，入学需求得到保障。")
    answer = world.client("officer").post(address, sent)
    assert answer.status_code == 302
    change = Change.objects.get()
    waiting = _read(world, "report_changes", world.draft.pk)
    assert "<ins>" in waiting
    decide = reverse("report_change", args=[change.pk])
    assert world.client("officer").post(decide, {"do": "accept"}).status_code == 403
    world.client("planner").post(decide, {"do": "accept"})
    assert "入学需求得到保障" in _chapter(world, "公办义务教育学位")


def test_the_stale_list_shows_old_and_new_and_one_click_takes_the_new(world: World) -> None:
    assert "报告与现有记录一致" in _read(world, "report_stale", world.draft.pk)
    record("公办义务教育学位", "6600")
    page = _read(world, "report_stale", world.draft.pk)
    assert "6500个" in page
    assert "6600个" in page
    assert "有变化" in _chapter(world, "公办义务教育学位")
    row = world.passage("公办义务教育学位")
    world.client("planner").post(reverse("report_take", args=[row.pk]))
    assert "6600个" in _chapter(world, "公办义务教育学位")
    record("公办义务教育学位", "6700")
    world.client("planner").post(reverse("report_take_all", args=[world.draft.pk]))
    assert "报告与现有记录一致" in _read(world, "report_stale", world.draft.pk)


def test_a_leader_approves_and_then_nothing_is_offered_any_more(world: World) -> None:
    approve = reverse("report_approve", args=[world.draft.pk])
    assert world.client("officer").post(approve).status_code == 403
    answer = world.client("planner").post(approve, {"version": world.draft.version}, follow=True)
    assert "起草人不能审定" in answer.content.decode()
    world.client("leader").post(approve, {"version": world.draft.version})
    page = _read(world, "report_draft", world.draft.pk)
    assert "已审定" in page
    chapter = _chapter(world, "幼儿园")
    assert reverse("report_passage", args=[world.passage("幼儿园").pk]) not in chapter


def test_a_draft_is_given_up_and_written_anew_on_pages(world: World) -> None:
    assert "没有可以起草的计划报告" in _read(world, "report_draft_new")
    world.client("planner").post(reverse("report_drop", args=[world.draft.pk]))
    assert not Draft.objects.exists()
    assert world.client("officer").get(reverse("report_draft_new")).status_code == 403
    sent = {"report": str(world.report.pk), "title": "", "issuer": "试验区人民政府"}
    answer = world.client("planner").post(reverse("report_draft_new"), sent)
    draft = Draft.objects.get()
    assert answer["Location"] == reverse("report_draft", args=[draft.pk])
    assert draft.issuer == "试验区人民政府"
    assert draft.title in _read(world, "report_drafts")


def test_who_is_no_reader_of_drafts_sees_none(world: World) -> None:
    for name in ("report_draft", "report_changes", "report_stale", "report_annex", "report_text"):
        answer = world.client("viewer").get(reverse(name, args=[world.draft.pk]))
        assert answer.status_code == 403
    assert reverse("report_drafts") not in _read(world, "cockpit", who="viewer")


def test_an_approved_report_becomes_the_next_plan_on_pages(world: World) -> None:
    address = reverse("report_roll_over", args=[world.draft.pk])
    planner = world.client("planner")
    assert "还没有转为下年计划" in _read(world, "report_roll_over", world.draft.pk)
    refused = planner.post(address, follow=True).content.decode()
    assert "报告还没有审定" in refused
    approve_draft(world.draft.pk, actor=world.leader)
    assert world.client("officer").post(address).status_code == 403
    planner.post(address)
    assert "等待办理" in _read(world, "report_roll_over", world.draft.pk)
    roll_over.func(str(RollOver.objects.get().pk))
    page = _read(world, "report_roll_over", world.draft.pk)
    report = Report.objects.get(year=2026)
    assert reverse("plan_report", args=[report.pk]) in page
    assert reverse("register_list", args=["plan-successions"]) in page
    again = planner.post(address, follow=True).content.decode()
    assert "没有重复办理" in again
    assert Report.objects.count() == 2


def test_a_roll_over_that_fails_says_why_and_is_offered_again(world: World) -> None:
    approve_draft(world.draft.pk, actor=world.leader)
    create_report("9", 2026, world.draft.title, actor=world.planner)
    world.client("planner").post(reverse("report_roll_over", args=[world.draft.pk]))
    roll_over.func(str(RollOver.objects.get().pk))
    page = _read(world, "report_roll_over", world.draft.pk)
    assert "已有同名的2026年报告" in page
    assert "转为下年计划" in page


def test_a_succession_is_decided_on_its_page_and_what_is_refused_stays(world: World) -> None:
    approve_draft(world.draft.pk, actor=world.leader)
    world.client("planner").post(reverse("report_roll_over", args=[world.draft.pk]))
    roll_over.func(str(RollOver.objects.get().pk))
    row = Succession.objects.select_related("former", "successor").get(former__title="幼儿园")
    planner = world.client("planner")
    assert row.successor is not None
    former = _read(world, "plan_commitment", row.former_id)
    assert reverse("plan_succession", args=[row.pk]) in former
    assert "已转入下年" in former
    after = _read(world, "plan_commitment", row.successor.pk)
    assert reverse("plan_commitment", args=[row.former_id]) in after
    activity = _read(world, "plan_activity", row.successor.pk)
    assert "2025年的经过" in activity
    listed = _read(world, "plan_successions")
    assert "幼儿园" in listed
    decide = reverse("plan_succession_decide", args=[row.pk])
    assert world.client("officer").post(decide, {"do": "undo"}).status_code == 403
    planner.post(decide, {"do": "undo"})
    row.refresh_from_db()
    sent = {"do": "end", "note": "", "successor": "", "version": row.version}
    answer = planner.post(decide, sent)
    assert answer.status_code == 422
    assert "还没有填写理由" in answer.content.decode()
    planner.post(decide, {**sent, "do": "name", "successor": str(row.successor_id or _free(row))})
    row.refresh_from_db()
    assert (row.state, row.way) == ("carried", "hand")
    with CaptureQueriesContext(connection) as asked:
        _read(world, "plan_succession", row.pk)
    assert len(asked) <= 10


def test_supervision_goes_along_and_comes_back_when_undone(world: World) -> None:
    former = Commitment.objects.get(title="幼儿园")
    supervisor = actor_for(create_member("许寒露", "9", "supervisor", actor=LOADER))
    assert former.tracked_id is not None
    run = start_run(former.tracked_id, origin="区领导批示", actor=supervisor)
    approve_draft(world.draft.pk, actor=world.leader)
    world.client("planner").post(reverse("report_roll_over", args=[world.draft.pk]))
    roll_over.func(str(RollOver.objects.get().pk))
    row = Succession.objects.select_related("successor").get(former=former)
    assert row.successor is not None
    run.refresh_from_db()
    assert (run.row_id, run.is_open) == (row.successor.tracked_id, True)
    assert "转入下年事项" in _read(world, "plan_run", run.pk)
    undo_succession(row.pk, actor=world.planner)
    run.refresh_from_db()
    assert run.row_id == former.tracked_id
    assert list(run.steps.values_list("action", flat=True)) == ["start", "hand_on", "hand_on"]


def _free(row: Succession) -> str:
    """The likest commitment of the next year that goes on with none."""
    return str(possible_successors(row)[0].pk)
