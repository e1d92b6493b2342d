"""What pages read: spans, bundles, counts, public figures, within few queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.base.errors import NotFound
from district.kernel.plan.models import Commitment, Edition, Report, Statement
from district.kernel.plan.selectors.commitments import (
    commitment_detail,
    open_adjustments,
    waiting,
)
from district.kernel.plan.selectors.headlines import public_headlines
from district.kernel.plan.selectors.owners import suggestions_for, suggestions_for_statements
from district.kernel.plan.selectors.reader import (
    neighbours,
    spans,
    statement_detail,
    statement_rows,
)
from district.kernel.plan.selectors.reports import (
    commitment_counts,
    contradictions_of,
    current_edition,
    links_of,
    newest_report,
    sections_of,
    statement_counts,
    tasks_of,
    term_spellings,
)
from district.kernel.plan.services.adjusting import propose_adjustment
from district.kernel.plan.services.decisions import confirm_statement, reject_statement
from district.kernel.plan.services.owning import assign_owner
from district.kernel.plan.services.reports import publish_report, withdraw_report
from district.kernel.plan.tests.conftest import People, commitment, statement


def test_spans_cover_the_numbers_in_order_without_overlap(confirmed: Edition) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = spans(confirmed)
    assert len(queries) == 2
    assert len(found) == 10
    reached = 0
    for span in found:
        assert span.start >= reached
        reached = span.end
        row = Statement.objects.get(pk=span.statement_id)
        assert confirmed.text[span.start : span.end] == row.raw
        assert span.state == row.state
        assert (span.commitment_id is not None) == (row.kind == "target")


def test_the_reader_lists_statements_of_a_state(edition: Edition, people: People) -> None:
    row = statement(edition, "幼儿园")
    reject_statement(row.pk, actor=people.planner)
    assert list(statement_rows(edition, where=["rejected"])) == [row]
    assert statement_rows(edition).count() == 10
    counts = statement_counts(edition)
    assert (counts.proposed, counts.rejected, counts.total) == (9, 1, 10)
    # Two targets lie below last year's outturn.
    assert counts.flagged == 2


def test_neighbours_walk_through_the_queue(edition: Edition) -> None:
    rows = list(statement_rows(edition))
    for before, row, after in zip([None, *rows], rows, [*rows[1:], None], strict=False):
        expected = (before.pk if before else None, after.pk if after else None)
        assert neighbours(row) == expected


def test_a_statements_detail_shows_its_outturn_and_commitment(
    confirmed: Edition, people: People
) -> None:
    detail = statement_detail(statement(confirmed, "地区生产总值").pk)
    assert detail.commitment == commitment("地区生产总值")
    (link,) = detail.links
    assert (str(link.actual.value), link.below_actual) == ("6.700000", True)
    below = links_of(confirmed, below_actual=True)
    assert [row.target.measure for row in below] == ["地区生产总值", "优良河长占比"]
    with pytest.raises(NotFound):
        statement_detail("00000000-0000-0000-0000-000000000000")


def test_terms_sections_and_tasks_are_there_for_the_reader(edition: Edition) -> None:
    assert term_spellings(edition) == {"优良河长": "水质达到或者优于三类的河段长度。"}
    assert sections_of(edition).count() > 3
    assert tasks_of(edition).filter(level=2).count() == 4
    assert contradictions_of(edition) == []


def test_a_commitments_page_costs_at_most_seven_queries(confirmed: Edition, people: People) -> None:
    for title in ("公办义务教育学位", "完善家校社协同育人机制", "提升教育质量"):
        row = commitment(title)
        assign_owner(
            row.pk,
            lead_unit="9-D02",
            co_units=["9-D01"],
            leader=people.leader.id,
            contact=people.officer.id,
            actor=people.planner,
        )
        with CaptureQueriesContext(connection) as queries:
            detail = commitment_detail(row.pk)
        assert len(queries) <= 7
        assert detail.readiness.ready
        assert [unit.pk for unit in detail.co_units] == ["9-D01"]
        assert detail.events[-1].kind == "plan.commitment.created"
        assert detail.commitment.tracked is not None
    assert [child.title for child in detail.children] == [
        "全年新增公办义务教育学位6000个",
        "完善家校社协同育人机制",
    ]


def test_counts_of_what_waits_for_a_planner(confirmed: Edition, people: People) -> None:
    report = Report.objects.get(pk=confirmed.report_id)
    before = waiting(report)
    total = Commitment.objects.count()
    assert (before.without_lead_unit, before.incomplete, before.ready) == (total, total, 0)
    row = commitment("幼儿园")
    assign_owner(
        row.pk,
        lead_unit="9-D02",
        leader=people.leader.id,
        contact=people.officer.id,
        actor=people.planner,
    )
    propose_adjustment(
        row.pk, deadline=row.deadline.replace(day=1), reason="x", actor=people.officer
    )
    Commitment.objects.filter(pk=row.pk).update(flag="changed")
    after = waiting(report)
    assert (after.without_lead_unit, after.ready, after.flagged, after.adjustments) == (
        total - 1,
        1,
        1,
        1,
    )
    assert open_adjustments().count() == 1
    assert commitment_counts(report) == {
        "pending": total,
        "active": 0,
        "done": 0,
        "carried": 0,
        "cancelled": 0,
    }


def test_owners_are_suggested_for_many_with_one_query(edition: Edition, people: People) -> None:
    rows = list(statement_rows(edition))
    with CaptureQueriesContext(connection) as queries:
        found = suggestions_for_statements(rows)
    assert len(queries) == 1
    assert found[statement(edition, "幼儿园").pk][0].code == "9-D02"
    for row in rows:
        confirm_statement(row.pk, actor=people.planner)
    commitments = list(Commitment.objects.select_related("statement", "task", "parent"))
    with CaptureQueriesContext(connection) as queries:
        suggestions_for(commitments)
    assert len(queries) == 1


def test_the_public_sees_confirmed_statements_of_the_published_report_only(
    edition: Edition, people: People
) -> None:
    assert public_headlines() is None
    publish_report(edition.report_id, actor=people.planner)
    shown = public_headlines()
    assert shown is not None
    assert shown.headlines == ()
    confirm_statement(statement(edition, "地区生产总值").pk, actor=people.planner)
    shown = public_headlines()
    assert shown is not None
    (first,) = shown.headlines
    # The outturn is not confirmed yet, so it is not public.
    assert (first.title, str(first.target), first.outturn) == ("地区生产总值", "6.000000", None)
    confirm_statement(statement(edition, "地区生产总值", "actual").pk, actor=people.planner)
    with CaptureQueriesContext(connection) as queries:
        shown = public_headlines()
    assert len(queries) <= 4
    assert shown is not None
    assert (str(shown.headlines[0].outturn), shown.headlines[0].outturn_year) == ("6.700000", 2024)
    withdraw_report(edition.report_id, actor=people.planner)
    assert public_headlines() is None


def test_the_report_in_force_is_the_newest_with_a_current_edition(
    edition: Edition, people: People
) -> None:
    report = newest_report()
    assert report is not None
    assert report.pk == edition.report_id
    assert newest_report(2024) is None
    current = current_edition(report)
    assert current == edition
