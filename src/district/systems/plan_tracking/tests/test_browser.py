"""Journeys in a browser: planner, officer, leader, supervisor; keyboard; axe on every page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from district.kernel.plan.public import Commitment, Edition, Statement, add_edition
from district.kernel.supervision.public import Circular, Run, assign_run, circulate, start_run
from district.systems.plan_tracking.tests.conftest import (
    AMENDED,
    REPORT,
    World,
    _world,
    confirm_everything,
    make_running,
    standing,
)
from district.testing.browser import (
    axe_findings,
    complaints_of,
    open_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def autumn() -> Iterator[None]:
    """It is 26 September 2025 in every thread."""
    with standing("2025-09-26 09:00"):
        yield


@pytest.fixture
def fresh(transactional_db: None, autumn: None) -> World:
    """People and a report that nobody has decided on, committed."""
    return _world()


def url(live_server: Any, name: str, *args: Any) -> str:
    """An address of the running server."""
    return str(live_server.url) + reverse(name, args=args)


def done(page: Any, words: str) -> None:
    """Wait for the toast that says so."""
    page.locator(".toast", has_text=words).first.wait_for()


def test_a_planner_uploads_reviews_confirms_assigns_and_starts(
    fresh: World, page_as: Any, live_server: Any, tmp_path: Path
) -> None:
    file = tmp_path / "2026年计划.txt"
    file.write_text(REPORT.replace("2025", "2026").replace("2024", "2025"), encoding="utf-8")
    page = page_as(fresh.members["planner"].user)
    open_page(page, url(live_server, "plan_upload"))
    page.fill("#id_year", "2026")
    page.fill("#id_title", "2026年计划")
    page.set_input_files("#id_file", file)
    page.click("text=上传并解析")
    done(page, "报告已解析")
    edition = Edition.objects.get(report__year=2026)
    first = Statement.objects.filter(edition=edition).order_by("position")[0]
    page.locator(f"#s-{first.pk}").click()
    page.locator("#statement-panel .card-title", has_text=first.measure).wait_for()

    open_page(page, url(live_server, "plan_review", edition.pk) + "?state=proposed")
    page.locator('[data-desk="confirm"]').click()
    page.wait_for_url(lambda address: str(first.pk) not in address and "at=" in address)
    first.refresh_from_db()
    assert first.state == "confirmed"

    open_page(page, url(live_server, "plan_bulk", edition.pk))
    page.fill("#id_threshold", "0.5")
    page.locator("#id_threshold").blur()
    page.locator("#preview .stat-value").first.wait_for()
    page.click("text=确认以上表述")
    done(page, "项承诺")
    assert Commitment.objects.filter(report=edition.report).exists()

    open_page(page, url(live_server, "plan_owners"))
    page.click("text=采纳全部把握较高的建议")
    done(page, "落实牵头单位")
    page.click("text=全部启动")
    done(page, "已启动")
    assert Commitment.objects.filter(report=edition.report, state="active").exists()
    assert complaints_of(page) == []


def test_an_officer_reports_proposes_and_a_leader_approves(
    fresh: World, page_as: Any, live_server: Any
) -> None:
    make_running(fresh)
    row = Commitment.objects.filter(value=None, children=None, state="active")[0]
    officer = page_as(fresh.members["officer"].user)
    open_page(officer, url(live_server, "plan_commitment", row.pk))
    officer.locator(".page-actions >> text=填报进展").click()
    officer.fill("#id_percent", "70")
    officer.fill("#id_text", "完成主体工程")
    officer.locator("form button.button-primary").click()
    done(officer, "进展已填报")

    target = fresh.commitment("公办义务教育学位")
    open_page(officer, url(live_server, "plan_adjust", target.pk))
    officer.fill("#id_value", "5500")
    officer.fill("#id_reason", "两所学校缓建")
    officer.locator("form button.button-primary").click()
    done(officer, "批准后生效")

    leader = page_as(fresh.members["leader"].user)
    open_page(leader, url(live_server, "plan_commitment", target.pk))
    leader.fill("#adjust-note", "同意")
    leader.locator("button[value=approve]").click()
    done(leader, "已批准")
    target.refresh_from_db()
    assert target.value == 5500
    assert complaints_of(leader) == []


def test_a_supervision_is_carried_to_its_end(fresh: World, page_as: Any, live_server: Any) -> None:
    make_running(fresh)
    row = Commitment.objects.filter(tracked__light="red")[0]
    supervisor = page_as(fresh.members["supervisor"].user)
    officer = page_as(fresh.members["officer"].user)
    open_page(supervisor, url(live_server, "plan_commitment", row.pk))
    supervisor.locator(".page-actions >> text=督办").click()
    supervisor.fill("#id_origin", "区领导批示")
    supervisor.locator("form button.button-primary").click()
    done(supervisor, "已立项")
    run = Run.objects.get()

    def act(page: Any, move: str, **fields: str) -> None:
        open_page(page, url(live_server, "plan_run", run.pk) + f"?do={move}")
        for name, value in fields.items():
            page.fill(f"#id_{name}", value)
        page.locator("#act button.button-primary").click()
        done(page, "已办理")

    act(supervisor, "assign", demand="查明原因", days="10")
    act(officer, "give_feedback", text="已整改")
    act(supervisor, "pass_verification", text="属实")
    act(supervisor, "close")
    run.refresh_from_db()
    assert run.stage == "closed"


def test_the_desk_is_worked_by_keys_alone(fresh: World, page_as: Any, live_server: Any) -> None:
    page = page_as(fresh.members["planner"].user)
    rows = list(Statement.objects.filter(edition=fresh.edition).order_by("position"))
    open_page(page, url(live_server, "plan_review", fresh.edition.pk) + "?state=all")

    def at(row: Statement) -> None:
        page.wait_for_url(lambda address: str(row.pk) in address)
        page.locator(f'.queue-row[aria-current="true"][href*="{row.pk}"]').wait_for()

    page.keyboard.press("j")
    at(rows[1])
    page.keyboard.press("k")
    at(rows[0])
    page.keyboard.press("c")
    at(rows[1])
    page.keyboard.press("x")
    at(rows[2])
    page.keyboard.press("e")
    page.wait_for_function("document.activeElement.id === 'id_subject'")
    page.keyboard.type("全区")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    at(rows[3])
    page.keyboard.press("k")
    at(rows[2])
    page.keyboard.press("u")
    page.locator("#desk .badge-yellow", has_text="待确认").first.wait_for()
    for row in rows[:3]:
        row.refresh_from_db()
    assert [row.state for row in rows[:3]] == ["confirmed", "rejected", "proposed"]
    page.keyboard.press("?")
    page.locator("#desk-help[open]").wait_for()
    page.keyboard.press("Escape")
    assert complaints_of(page) == []


def test_on_a_phone_a_statement_comes_up_from_below_and_closes(
    fresh: World, page_as: Any, live_server: Any
) -> None:
    page = page_as(fresh.members["viewer"].user, size="phone")
    row = fresh.statement("地区生产总值")
    open_page(page, url(live_server, "plan_report", fresh.report.pk))
    assert not page.locator(".toc").is_visible()
    page.locator(f"#s-{row.pk}").click()
    page.locator(".reader-panel.is-open .card-title", has_text="地区生产总值").wait_for()
    page.locator("[data-panel-close]").click()
    assert page.locator(".reader-panel.is-open").count() == 0


@pytest.fixture
def everything(fresh: World) -> dict[str, list[str]]:
    """Every page with something on it, by the role that looks at it."""
    make_running(fresh)
    planner, supervisor = fresh.actor("planner"), fresh.actor("supervisor")
    red = Commitment.objects.filter(tracked__light="red").select_related("tracked")
    run = start_run(red[0].tracked_id or "", origin="区领导批示", actor=supervisor)
    assign_run(run.pk, demand="整改", days=3, actor=supervisor)
    with standing("2025-11-03 09:00"):
        circulate([run.pk], title="关于逾期的通报", text="现予通报。", actor=supervisor)
    other = fresh.commitment("幼儿园")
    start_run(other.tracked_id or "", origin="督查发现", actor=supervisor)
    amended = add_edition(fresh.report.pk, AMENDED.encode(), "修订稿.txt", actor=planner)
    number = fresh.commitment("公办义务教育学位")
    task = Commitment.objects.filter(value=None, children=None)[0]
    statement = fresh.statement("地区生产总值")
    new = Run.objects.filter(stage="initiated").first()
    assert new is not None
    edition = fresh.edition.pk
    return {
        "planner": [
            reverse("cockpit"),
            reverse("plan_reports"),
            reverse("plan_upload"),
            reverse("plan_amend", args=[fresh.report.pk]),
            reverse("plan_report", args=[fresh.report.pk]),
            reverse("plan_statement_panel", args=[statement.pk]),
            reverse("plan_difference", args=[amended.pk]),
            reverse("plan_review", args=[edition]),
            reverse("plan_bulk", args=[edition]),
            reverse("plan_tasks", args=[edition]) + "?state=confirmed",
            reverse("plan_terms"),
            reverse("plan_commitments"),
            reverse("plan_tree"),
            reverse("plan_owners"),
            reverse("plan_commitment_new"),
            reverse("plan_adjustments"),
            *(reverse("plan_commitment", args=[row.pk]) for row in (number, task)),
            reverse("plan_activity", args=[number.pk]),
            *(
                reverse(f"plan_{name}", args=[number.pk])
                for name in ("owner", "facts", "profile", "measure", "adjust", "finish")
            ),
            reverse("plan_progress", args=[task.pk]),
        ],
        "supervisor": [
            reverse("plan_supervision"),
            reverse("plan_run", args=[new.pk]) + "?do=assign",
            reverse("plan_supervise", args=[number.pk]),
            reverse("plan_circulars"),
            reverse("plan_circular_new"),
            reverse("plan_circular", args=[Circular.objects.get().pk]),
        ],
    }


@pytest.mark.slow
@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_no_page_has_a_serious_axe_finding(
    size: str,
    scheme: str,
    fresh: World,
    everything: dict[str, list[str]],
    page_as: Any,
    live_server: Any,
) -> None:
    found: list[str] = []
    for role, addresses in everything.items():
        page = page_as(fresh.members[role].user, size=size, scheme=scheme)
        judged: set[str] = set()
        for address in addresses:
            answer = open_page(page, live_server.url + address)
            assert answer.status == 200, address
            found += [f"{address}: {each}" for each in axe_findings(page, judged=judged)]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{address}: {wide} px wider than the {size}"] if wide > 0 else []
        found += complaints_of(page)
    assert found == [], "\n".join(found)


def test_the_pages_speak_english(fresh: World, page_as: Any, live_server: Any) -> None:
    confirm_everything(fresh)
    page = page_as(fresh.members["planner"].user, language="en")
    open_page(page, url(live_server, "cockpit"))
    assert page.locator("h1").inner_text() == "Plan cockpit"
    open_page(page, url(live_server, "plan_owners"))
    assert page.locator("h1").inner_text() == "Assign owners"
