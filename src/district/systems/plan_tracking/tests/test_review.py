"""The review desk: one by one, in bulk, with and without HTMX."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from django.urls import reverse

from district.kernel.plan.public import Commitment, Statement, reject_statement
from district.systems.plan_tracking.selectors.reviewing import Filters, desk, preview
from district.systems.plan_tracking.templatetags.plan import confidence_band
from district.systems.plan_tracking.tests.conftest import World
from district.systems.plan_tracking.tests.test_cockpit import assert_figures_hold

Budget = Callable[[int], AbstractContextManager[Any]]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def fields_of(row: Statement, **changes: str) -> dict[str, str]:
    """The desk's form as a browser would send it."""
    data = {
        "subject": row.subject,
        "measure": row.measure,
        "comparator": row.comparator,
        "value": f"{row.value.normalize():f}",
        "value_from": "",
        "unit": row.unit,
        "kind": row.kind,
        "basis": row.basis,
        "year": str(row.year or ""),
        "deadline": row.deadline,
        "note": "",
        "version": str(row.version),
        "f_state": "proposed",
    }
    return data | changes


def post(world: World, row: Statement, do: str, **changes: str) -> Any:
    """Decide without HTMX."""
    address = reverse("plan_decide", args=[world.edition.pk, row.pk])
    return world.client("planner").post(address, fields_of(row, do=do, **changes))


def test_confirming_goes_on_to_the_next_statement(world: World) -> None:
    rows = list(Statement.objects.filter(edition=world.edition).order_by("position"))
    answer = post(world, rows[0], "confirm")
    assert answer.status_code == 302
    assert f"at={rows[1].pk}" in answer["Location"]
    assert "state=proposed" in answer["Location"]
    rows[0].refresh_from_db()
    assert rows[0].state == "confirmed"


def test_a_confirmed_target_becomes_a_commitment_and_undo_takes_it_back(world: World) -> None:
    row = world.statement("地区生产总值")
    post(world, row, "confirm")
    assert Commitment.objects.get(statement=row).state == "pending"
    row.refresh_from_db()
    post(world, row, "undo")
    row.refresh_from_db()
    assert row.state == "proposed"
    assert Commitment.objects.get(statement=row).state == "cancelled"


def test_a_correction_keeps_the_first_reading_beside_it(world: World) -> None:
    row = world.statement("固定资产投资额")
    post(world, row, "save", value="9", note="按印发稿更正")
    row.refresh_from_db()
    assert (row.state, row.value, row.compiled["value"]) == ("corrected", 9, "8")
    assert row.decision_note == "按印发稿更正"
    page = world.client("planner").get(
        reverse("plan_review", args=[world.edition.pk]), {"at": str(row.pk)}
    )
    assert "原读数" in page.content.decode()


def test_a_wrong_value_is_named_beside_its_field_and_changes_nothing(world: World) -> None:
    row = world.statement("固定资产投资额")
    answer = post(world, row, "save", value="八")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_value"' in page
    assert "这不是数字" in page
    row.refresh_from_db()
    assert row.state == "proposed"


def test_what_somebody_else_changed_meanwhile_is_a_conflict(world: World) -> None:
    row = world.statement("固定资产投资额")
    reject_statement(row.pk, actor=world.actor("planner2"))
    answer = post(world, row, "confirm")
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.state == "rejected"


def test_with_htmx_only_the_desk_comes_back_and_the_address_moves(world: World) -> None:
    rows = list(Statement.objects.filter(edition=world.edition).order_by("position"))
    answer = world.client("planner").post(
        reverse("plan_decide", args=[world.edition.pk, rows[0].pk]),
        fields_of(rows[0], do="reject"),
        headers=HTMX,
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert 'id="desk"' in page
    assert f"at={rows[1].pk}" in answer["HX-Push-Url"]
    assert "已排除" in page


def test_filters_narrow_the_queue_and_stay_after_a_decision(world: World) -> None:
    shown = desk(world.edition, Filters(state="proposed", kind="target"))
    assert {row.kind for row in shown.queue} == {"target"}
    assert shown.matching == len(shown.queue)
    headings = desk(world.edition, Filters()).headings
    part = next(h for h in headings if h.title.startswith("三、"))
    within = desk(world.edition, Filters(section=str(part.key)))
    assert within.matching > 0
    assert all(part.start <= row.start < part.end for row in within.queue)


def test_the_desk_opens_on_what_waits_and_leads_to_everything(world: World) -> None:
    rows = list(Statement.objects.filter(edition=world.edition).order_by("position"))
    reject_statement(rows[0].pk, actor=world.actor("planner"))
    client = world.client("planner")
    address = reverse("plan_review", args=[world.edition.pk])
    opened = client.get(address)
    assert opened.context["desk"].case.statement.pk == rows[1].pk
    assert opened.context["desk"].matching == len(rows) - 1
    assert f'href="{address}?state=all"' in opened.content.decode()
    everything = client.get(address, {"state": "all"})
    assert everything.context["desk"].case.statement.pk == rows[0].pk
    assert everything.context["desk"].matching == len(rows)
    assert f'href="{address}?state=proposed"' in everything.content.decode()
    # The other filters narrow what waits.
    targets = client.get(address, {"kind": "target"}).context["desk"]
    assert {row.state for row in targets.queue} == {"proposed"}
    assert {row.kind for row in targets.queue} == {"target"}


def test_a_decided_statement_opens_among_all_and_a_decision_there_stays_there(
    world: World,
) -> None:
    row = world.statement("固定资产投资额")
    reject_statement(row.pk, actor=world.actor("planner"))
    client = world.client("planner")
    panel = client.get(reverse("plan_statement_panel", args=[row.pk])).content.decode()
    address = reverse("plan_review", args=[world.edition.pk])
    assert f"{address}?state=all&amp;at={row.pk}" in panel
    shown = client.get(address, {"state": "all", "at": str(row.pk)}).context["desk"]
    assert row.pk in [one.pk for one in shown.queue]
    row.refresh_from_db()
    answer = post(world, row, "undo", f_state="all")
    assert "state=all" in answer["Location"]


def test_unknown_filters_count_as_not_given() -> None:
    assert Filters.of({"state": "all"}).query == "state=all"
    assert Filters.of({"state": "gone", "band": "9", "section": "x'"}) == Filters()
    assert Filters.of({"state": "proposed", "kind": "target"}).query == "state=proposed&kind=target"


def test_a_badge_and_the_filter_call_the_same_confidence_high() -> None:
    words = {"0.900000": "high", "0.89": "middle", "0.7": "middle", "0.69": "low", "1": "high"}
    assert {text: confidence_band(Decimal(text)) for text in words} == words


def test_flags_can_be_filtered_for(world: World) -> None:
    row = world.statement("固定资产投资额")
    Statement.objects.filter(pk=row.pk).update(flags=["contradicted"])
    for flag, expected in (("any", True), ("contradicted", True), ("repeated", False)):
        found = [one.pk for one in desk(world.edition, Filters(flag=flag)).queue]
        assert (row.pk in found) is expected


def test_the_case_shows_the_text_around_its_sentence(world: World) -> None:
    row = world.statement("固定资产投资额")
    case = desk(world.edition, Filters(), row.pk).case
    assert case is not None
    assert case.sentence_head + row.raw + case.sentence_tail == row.text
    first = Statement.objects.filter(edition=world.edition).order_by("position")[0]
    around = desk(world.edition, Filters(), first.pk).case
    assert around is not None
    text = world.edition.text
    assert text[: first.sentence_start].endswith(around.before)


def test_last_years_outturn_stands_beside_a_target(world: World) -> None:
    row = world.statement("地区生产总值")
    page = world.client("planner").get(
        reverse("plan_review", args=[world.edition.pk]), {"at": str(row.pk)}
    )
    assert "上年完成" in page.content.decode()


def test_a_preview_counts_what_bulk_confirms(world: World) -> None:
    row = world.statement("固定资产投资额")
    Statement.objects.filter(pk=row.pk).update(flags=["contradicted"])
    proposed = Statement.objects.filter(edition=world.edition, state="proposed")
    found = preview(world.edition, proposed.order_by("confidence")[0].confidence)
    client = world.client("planner")
    address = reverse("plan_bulk", args=[world.edition.pk])
    client.post(address, {"threshold": str(found.threshold), "with_tasks": "on"})
    assert (
        Statement.objects.filter(edition=world.edition, state="confirmed").count()
        == found.sure.value
    )
    row.refresh_from_db()
    assert row.state == "proposed"
    left = Statement.objects.filter(edition=world.edition, state="proposed")
    assert found.flagged.value == left.exclude(flags=[]).count() > 0


def test_bulk_refuses_a_threshold_that_is_none(world: World) -> None:
    address = reverse("plan_bulk", args=[world.edition.pk])
    answer = world.client("planner").post(address, {"threshold": "2"})
    assert answer.status_code == 422
    assert not Statement.objects.filter(edition=world.edition, state="confirmed").exists()


def test_the_desk_takes_ten_statements(world: World, django_assert_max_num_queries: Budget) -> None:
    client = world.client("planner")
    address = reverse("plan_review", args=[world.edition.pk])
    client.get(address)
    with django_assert_max_num_queries(10):
        client.get(address)
    assert_figures_hold(client, address)


def test_when_all_is_decided_the_desk_says_what_comes_next(world: World) -> None:
    for row in Statement.objects.filter(edition=world.edition):
        reject_statement(row.pk, actor=world.actor("planner"))
    page = world.client("planner").get(
        reverse("plan_review", args=[world.edition.pk]), {"state": "proposed"}
    )
    assert reverse("plan_owners") in page.content.decode()
