"""Supervision through its pages: from opening to striking off, extensions, circulars."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from district.kernel.plan.public import Commitment
from district.kernel.supervision.public import Circular, Run, assign_run
from district.systems.plan_tracking.selectors.supervision import stages_of
from district.systems.plan_tracking.tests.conftest import World, standing
from district.systems.plan_tracking.tests.test_cockpit import assert_figures_hold


def do(world: World, role: str, run: Run, move: str, **data: str) -> Any:
    """Do one action on the run's page, as the form sends it."""
    address = reverse("plan_run", args=[run.pk])
    page = world.client(role).get(address, {"do": move})
    key = str(page.context["key"]) if page.context else ""
    answer = world.client(role).post(address, {"do": move, "key": key, **data})
    run.refresh_from_db()
    return answer


def test_a_leader_opens_a_supervision_from_a_commitment(running: World) -> None:
    row = Commitment.objects.filter(report=running.report, tracked__light="red")[0]
    address = reverse("plan_supervise", args=[row.pk])
    leader = running.client("leader")
    assert address in leader.get(reverse("plan_commitment", args=[row.pk])).content.decode()
    empty = leader.post(address, {"origin": ""})
    assert empty.status_code == 422
    answer = leader.post(address, {"origin": "区领导批示"})
    run = Run.objects.get()
    assert answer["Location"] == reverse("plan_run", args=[run.pk])
    again = leader.post(address, {"origin": "再次"})
    assert "正在督办" in again.content.decode()


def test_a_run_goes_from_opening_to_striking_off(running: World, run: Run) -> None:
    do(running, "supervisor", run, "assign", demand="查明原因并整改", days="10")
    assert run.stage == "assigned"
    do(running, "officer", run, "give_feedback", text="已完成整改")
    assert run.stage == "feedback"
    do(running, "supervisor", run, "return_feedback", text="材料不全")
    do(running, "officer", run, "give_feedback", text="已补充材料")
    do(running, "supervisor", run, "pass_verification", text="现场核查属实")
    do(running, "supervisor", run, "close", text="")
    assert run.stage == "closed"
    assert not run.is_open
    page = running.client("leader").get(reverse("plan_run", args=[run.pk])).content.decode()
    for words in ("查明原因并整改", "材料不全", "现场核查属实"):
        assert words in page


def test_an_extension_is_asked_for_and_granted(running: World, run: Run) -> None:
    do(running, "supervisor", run, "assign", demand="整改", days="5")
    before = run.tracked
    assert before is not None
    due = before.due_at
    do(running, "officer", run, "request_extension", text="等待批复", days="3")
    assert [stage.state for stage in stages_of(run)].count("now") == 1
    page = running.client("supervisor").get(
        reverse("plan_run", args=[run.pk]), {"do": "grant_extension"}
    )
    assert "3 个工作日" in page.content.decode()
    do(running, "supervisor", run, "grant_extension", text="")
    before.refresh_from_db()
    assert before.due_at is not None
    assert due is not None
    assert before.due_at > due


def test_who_may_not_act_is_offered_nothing_and_refused(running: World, run: Run) -> None:
    address = reverse("plan_run", args=[run.pk])
    assert running.client("officer").get(address).context["moves"] == []
    answer = running.client("officer").post(address, {"do": "assign", "demand": "x", "days": "3"})
    assert answer.status_code == 403
    run.refresh_from_db()
    assert run.stage == "initiated"


def test_a_run_of_another_unit_is_not_found_for_an_officer(running: World, run: Run) -> None:
    answer = running.client("other_officer").get(reverse("plan_run", args=[run.pk]))
    assert answer.status_code == 404


def test_an_action_sent_twice_is_done_once(running: World, run: Run) -> None:
    address = reverse("plan_run", args=[run.pk])
    data = {"do": "assign", "key": "one", "demand": "整改", "days": "5"}
    client = running.client("supervisor")
    client.post(address, data)
    client.post(address, data)
    assert run.steps.filter(action="assign").count() == 1


def test_a_form_without_days_names_the_field(running: World, run: Run) -> None:
    answer = do(running, "supervisor", run, "assign", demand="整改", days="")
    assert answer.status_code == 422
    assert 'href="#id_days"' in answer.content.decode()


def test_counts_of_the_list_open_their_rows(running: World, run: Run) -> None:
    assign_run(run.pk, demand="整改", days=3, actor=running.actor("supervisor"))
    with standing("2025-11-03 09:00"):
        client = running.client("supervisor")
        assert_figures_hold(client, reverse("plan_supervision"))
        late = client.get(reverse("plan_supervision")).context["figures"][-2]
        assert late.figure.value == 1


def test_a_circular_names_late_runs_and_prints_as_a_document(running: World, run: Run) -> None:
    assign_run(run.pk, demand="整改", days=3, actor=running.actor("supervisor"))
    client = running.client("supervisor")
    new = reverse("plan_circular_new")
    assert "没有逾期的督办" in client.get(new).content.decode()
    with standing("2025-11-03 09:00"):
        assert run.number in client.get(new).content.decode()
        answer = client.post(
            new, {"run": [str(run.pk)], "title": "关于逾期的通报", "text": "现予通报。\n请抓紧。"}
        )
        found = Circular.objects.get()
        assert answer["Location"] == reverse("plan_circular", args=[found.pk])
        page = client.get(answer["Location"]).content.decode()
    for words in ("关于逾期的通报", run.number, "试验区教育局", "2025年11月3日", "请抓紧。"):
        assert words in page
    assert found.title in client.get(reverse("plan_circulars")).content.decode()
