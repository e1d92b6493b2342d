"""Commitments: lists, tree, one page, owners, adjustments, progress."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from district.kernel.measures.public import measures_in_use
from district.kernel.plan.public import Commitment, propose_adjustment
from district.systems.plan_tracking.selectors.detail import chart_of, detail, due_by_month
from district.systems.plan_tracking.selectors.outline import part_of
from district.systems.plan_tracking.tests.conftest import World, confirm_everything, standing
from district.systems.plan_tracking.tests.test_cockpit import assert_figures_hold

Budget = Callable[[int], AbstractContextManager[Any]]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def page_of(world: World, row: Commitment, role: str = "planner") -> str:
    """The commitment's page."""
    return world.client(role).get(reverse("plan_commitment", args=[row.pk])).content.decode()


@pytest.mark.parametrize("tab", ["overdue", "red", "mine", "unowned"])
def test_a_tab_counts_what_its_list_holds(tab: str, running: World) -> None:
    with standing("2026-02-02 09:00"):
        client = running.client("officer")
        answer = client.get(reverse("plan_commitments_tab", args=[tab]))
        shown = next(each for each in answer.context["tabs"] if each["current"])
        assert shown["count"] == answer.context["page"].paginator.count


def test_a_theme_stays_in_one_piece_and_a_unit_s_name_may_wrap(running: World) -> None:
    address = reverse("plan_commitments")
    client = running.client("planner")
    for column, whole in (("theme", True), ("state", True), ("lead_unit", False)):
        page = client.get(address, {"columns": ["title", column]}).content.decode()
        assert ('<td class="named">' in page) is whole


def test_every_list_can_be_exported(running: World) -> None:
    client = running.client("planner")
    for name in ("plan_commitments", "plan_adjustments", "plan_terms"):
        answer = client.get(reverse(name), {"format": "csv"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/csv")


def test_pages_take_ten_statements(running: World, django_assert_max_num_queries: Budget) -> None:
    client = running.client("planner")
    number = running.commitment("地区生产总值")
    task = Commitment.objects.filter(report=running.report, parent=None, value=None)[0]
    addresses = [
        reverse("plan_commitments"),
        reverse("plan_tree"),
        reverse("plan_owners"),
        *(reverse("plan_commitment", args=[row.pk]) for row in (number, task)),
        *(reverse("plan_activity", args=[row.pk]) for row in (number, task)),
        *(reverse(f"plan_{name}", args=[task.pk]) for name in ("owner", "facts", "adjust")),
    ]
    for address in addresses:
        client.get(address)
        with django_assert_max_num_queries(10):
            assert client.get(address).status_code == 200, address


def test_the_tree_holds_every_commitment_once(running: World) -> None:
    page = running.client("viewer").get(reverse("plan_tree")).content.decode()
    for row in Commitment.objects.filter(report=running.report):
        assert page.count(f'href="{reverse("plan_commitment", args=[row.pk])}"') == 1


@pytest.mark.parametrize(
    ("section", "part"),
    [
        ("计划报告 / 五、2025年工作安排 / (一)产业 / 3.做强制造业", "(一)产业"),
        ("五、2025年工作安排 / 1.提升教育质量", "五、2025年工作安排"),
        ("工作安排", "工作安排"),
        ("", ""),
    ],
)
def test_the_tree_is_grouped_by_the_reports_parts(section: str, part: str) -> None:
    assert part_of(section) == part


def test_a_commitment_shows_its_sentence_owner_light_and_reason(running: World) -> None:
    row = running.commitment("地区生产总值")
    page = page_of(running, row, "viewer")
    for words in ("试验区教育局", "成员unit_head", "成员officer", "预期性"):
        assert words in page
    shown = detail(row.pk)
    assert shown.reasons
    assert all(reason in page for reason in shown.reasons)
    assert shown.sentence is not None
    assert shown.sentence[1] in page


def test_the_chart_has_the_years_values_the_target_and_what_is_due(running: World) -> None:
    row = running.commitment("公办义务教育学位")
    shown = detail(row.pk)
    assert shown.chart is not None
    names = [series["name"] for series in shown.chart["series"]]
    assert names == ["实际", "序时应达", "目标"]
    actual = shown.chart["series"][0]["values"]
    assert len(shown.chart["categories"]) == len(actual)
    assert actual[0] is not None
    assert actual[-1] is None
    assert shown.chart["series"][1]["values"][-1] == 6000
    assert chart_of(row, (), ()) is None


def test_what_is_due_follows_the_profile() -> None:
    row = Commitment(year=2025, deadline=date(2025, 12, 31), value=120)
    row.profile_shares = []
    linear = due_by_month(row)
    assert linear[-1] == 120
    assert linear == sorted(linear)
    row.profile_shares = ["0", "0.1", *["0.5"] * 9, "1"]
    assert due_by_month(row)[:3] == [0.0, 12.0, 60.0]


def test_history_comes_behind_the_page_and_stands_alone_without_script(running: World) -> None:
    row = running.commitment("地区生产总值")
    client = running.client("viewer")
    address = reverse("plan_activity", args=[row.pk])
    part = client.get(address, headers=HTMX).content.decode()
    assert "<html" not in part
    assert "启动承诺事项" in part
    assert "启动承诺事项" in client.get(address).content.decode()
    assert f'hx-get="{address}"' in page_of(running, row)


def test_owners_are_suggested_with_the_words_that_speak_for_them(world: World) -> None:
    confirm_everything(world)
    client = world.client("planner")
    page = client.get(reverse("plan_owners"))
    rows = {each.row.title: each for each in page.context["rows"]}
    school = next(each for title, each in rows.items() if "学位" in title)
    assert school.candidates[0].unit.code == "9-D02"
    assert "学位" in school.candidates[0].words
    assert_figures_hold(client, reverse("plan_owners"))
    client.post(reverse("plan_owners_accept"), {"do": "chosen", "commitment": [school.row.pk]})
    school.row.refresh_from_db()
    assert school.row.lead_unit_id == "9-D02"
    others = Commitment.objects.filter(report=world.report).exclude(pk=school.row.pk)
    assert not others.exclude(lead_unit=None).exists()


def test_all_certain_suggestions_are_taken_and_what_is_ready_starts(world: World) -> None:
    confirm_everything(world)
    client = world.client("planner")
    client.post(reverse("plan_owners_accept"), {"do": "all"})
    assert Commitment.objects.filter(report=world.report, lead_unit="9-D02").exists()
    assert_figures_hold(client, reverse("plan_owners"))
    client.post(reverse("plan_start_ready"))
    started = Commitment.objects.filter(report=world.report, state="active")
    assert started.exists()
    assert not started.filter(contact=None).exists()


def test_accepting_nothing_says_so(world: World) -> None:
    confirm_everything(world)
    answer = world.client("planner").post(
        reverse("plan_owners_accept"), {"do": "chosen"}, follow=True
    )
    assert "还没有选择事项" in answer.content.decode()


def test_what_is_missing_stands_on_the_page_until_it_can_start(world: World) -> None:
    confirm_everything(world)
    row = world.commitment("地区生产总值")
    assert "请指定牵头单位" in page_of(world, row)
    client = world.client("planner")
    refused = client.post(reverse("plan_start", args=[row.pk]), follow=True)
    assert "补齐后才能启动" in refused.content.decode()
    answer = client.post(
        reverse("plan_owner", args=[row.pk]),
        {
            "lead_unit": "9-D01",
            "co_units": ["9-D02", "9-D03"],
            "leader": str(world.members["leader"].pk),
            "contact": str(world.members["planner"].pk),
            "version": str(row.version),
        },
    )
    assert answer.status_code == 302
    client.post(reverse("plan_start", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "active"
    assert set(row.co_units.values_list("pk", flat=True)) == {"9-D02", "9-D03"}


def test_a_unit_head_names_another_contact_of_the_unit(running: World) -> None:
    row = running.commitment("地区生产总值")
    head = running.client("unit_head")
    address = reverse("plan_contact", args=[row.pk])
    assert address in page_of(running, row, "unit_head")
    page = head.get(address).content.decode()
    assert "成员unit_head" in page
    assert "成员other_officer" not in page
    head.post(address, {"contact": str(running.members["unit_head"].pk)})
    row.refresh_from_db()
    assert row.contact_id == running.members["unit_head"].pk
    others = {"contact": str(running.members["officer"].pk)}
    assert running.client("officer").post(address, others).status_code == 403


def test_an_owner_form_without_a_unit_names_the_field(world: World) -> None:
    confirm_everything(world)
    row = world.commitment("地区生产总值")
    answer = world.client("planner").post(reverse("plan_owner", args=[row.pk]), {"lead_unit": ""})
    assert answer.status_code == 422
    assert "请选择牵头单位" in answer.content.decode()


def test_a_stale_form_is_refused(running: World) -> None:
    row = running.commitment("地区生产总值")
    answer = running.client("planner").post(
        reverse("plan_facts", args=[row.pk]),
        {"title": "别的", "kind": row.kind, "nature": "binding", "version": str(row.version - 1)},
    )
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.title == "地区生产总值"


def test_a_profile_by_hand_needs_twelve_rising_shares(running: World) -> None:
    row = running.commitment("公办义务教育学位")
    client = running.client("planner")
    address = reverse("plan_profile", args=[row.pk])
    wrong = client.post(address, {"profile": "by_hand", "shares": "0.1 0.2"})
    assert wrong.status_code == 422
    shares = "0 0 0.1 0.1 0.2 0.2 0.3 0.4 0.5 0.6 0.8 1"
    client.post(address, {"profile": "by_hand", "shares": shares})
    row.refresh_from_db()
    assert row.profile_shares[-2:] == ["0.8", "1"]
    words = client.post(address, {"profile": "by_hand", "shares": "零 一"})
    assert words.status_code == 422


def test_a_measure_is_chosen_from_those_in_use_with_its_own_unit_first(running: World) -> None:
    row = running.commitment("公办义务教育学位")
    client = running.client("planner")
    address = reverse("plan_measure", args=[row.pk])
    page = client.get(address).content.decode()
    options = re.findall(r'<option value="([^"]+)"', page)
    measures = {each.pk: each for each in measures_in_use()}
    assert set(options) == set(measures)
    own = [measures[key].unit == row.unit for key in options]
    assert own == sorted(own, reverse=True)
    wrong = client.post(address, {"measure": "没有这个"})
    assert wrong.status_code == 422
    assert "没有这个指标" in wrong.content.decode()
    other = next(key for key in options if key != row.measure_id)
    assert client.post(address, {"measure": other}).status_code == 302
    row.refresh_from_db()
    assert row.measure_id == other


def test_a_target_changes_only_when_a_leader_approves_and_the_original_stays(
    running: World,
) -> None:
    row = running.commitment("公办义务教育学位")
    officer, leader = running.client("officer"), running.client("leader")
    officer.post(
        reverse("plan_adjust", args=[row.pk]),
        {"comparator": row.comparator, "value": "5500", "deadline": "2025-12-31", "reason": "缓建"},
    )
    row.refresh_from_db()
    assert row.value == 6000
    adjustment = row.adjustments.get()
    page = page_of(running, row, "leader")
    address = reverse("plan_adjustment_decide", args=[row.pk, adjustment.pk])
    assert address in page
    leader.post(address, {"do": "approve", "note": "同意"})
    row.refresh_from_db()
    assert row.value == 5500
    page = page_of(running, row, "viewer")
    assert "原目标" in page
    assert "6,000" in page


def test_an_adjustment_that_changes_nothing_is_refused(running: World) -> None:
    row = running.commitment("公办义务教育学位")
    answer = running.client("officer").post(
        reverse("plan_adjust", args=[row.pk]),
        {"comparator": row.comparator, "value": "6000", "deadline": "2025-12-31", "reason": "同"},
    )
    assert answer.status_code == 409
    assert "无需调整" in answer.content.decode()


def test_a_proposal_can_be_taken_back_by_whoever_made_it(running: World) -> None:
    row = running.commitment("公办义务教育学位")
    made = propose_adjustment(
        row.pk, deadline=date(2025, 11, 30), reason="提前", actor=running.actor("officer")
    )
    address = reverse("plan_adjustment_decide", args=[row.pk, made.pk])
    running.client("officer").post(address, {"do": "withdraw"})
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_an_officer_reports_progress_of_a_task(running: World) -> None:
    row = Commitment.objects.filter(report=running.report, value=None, children=None)[0]
    client = running.client("officer")
    address = reverse("plan_progress", args=[row.pk])
    wrong = client.post(address, {"percent": "140", "text": "很快"})
    assert wrong.status_code == 422
    client.post(address, {"percent": "60", "text": "完成方案和招标"})
    row.refresh_from_db()
    assert row.percent == 60
    assert "完成方案和招标" in page_of(running, row, "viewer")


def test_a_commitment_is_finished_given_up_and_taken_up_again(running: World) -> None:
    row = Commitment.objects.filter(report=running.report, value=None, children=None)[0]
    client = running.client("planner")
    bare = client.post(reverse("plan_finish", args=[row.pk]), {"note": ""})
    assert bare.status_code == 422
    assert "请说明怎样完成" in bare.content.decode()
    client.post(reverse("plan_finish", args=[row.pk]), {"note": "已验收"})
    row.refresh_from_db()
    assert row.state == "done"
    shown = page_of(running, row, "viewer")
    assert "办结情况" in shown
    assert "已验收" in shown
    client.post(reverse("plan_reopen", args=[row.pk]), {"note": ""})
    assert "办结情况" not in page_of(running, row, "viewer")
    refused = client.post(reverse("plan_cancel", args=[row.pk]), {"note": ""})
    assert refused.status_code == 422
    client.post(reverse("plan_cancel", args=[row.pk]), {"note": "并入其他事项"})
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_the_proof_of_a_completion_is_a_download_and_stays_in_the_history(
    running: World, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    row = Commitment.objects.filter(report=running.report, value=None, children=None)[0]
    planner = running.client("planner")
    file = SimpleUploadedFile("验收单.txt", "验收合格".encode())
    planner.post(reverse("plan_finish", args=[row.pk]), {"note": "已验收", "evidence": file})
    address = reverse("plan_completion_evidence", args=[row.completions.get().pk])
    assert address in page_of(running, row, "viewer")
    answer = running.client("viewer").get(address)
    assert b"".join(answer.streaming_content) == "验收合格".encode()  # type: ignore[attr-defined]  # a file
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    planner.post(reverse("plan_reopen", args=[row.pk]), {"note": "验收有误"})
    assert address not in page_of(running, row, "viewer")
    happened = running.client("viewer").get(reverse("plan_activity", args=[row.pk]))
    assert address in happened.content.decode()
    assert Client().get(address).status_code == 302


def test_a_commitment_that_no_sentence_states_can_be_added(running: World) -> None:
    client = running.client("planner")
    address = reverse("plan_commitment_new")
    wrong = client.post(address, {"kind": "quantity", "title": "新建停车位", "nature": "expected"})
    assert wrong.status_code == 422
    assert "还没有填写目标值" in wrong.content.decode()
    client.post(
        address,
        {
            "kind": "quantity",
            "title": "新建停车位",
            "nature": "expected",
            "comparator": ">=",
            "value": "3000",
            "unit": "个",
        },
    )
    assert Commitment.objects.get(title="新建停车位").value == 3000
