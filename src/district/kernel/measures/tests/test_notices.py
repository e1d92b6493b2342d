"""Filings that wait tell whoever may act on them, once, and nobody else."""

from __future__ import annotations

from decimal import Decimal
from unittest import mock

import pytest

from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Actor
from district.kernel.measures.models import Filing
from district.kernel.measures.services import (
    file_value,
    notices,
    return_filing,
    review,
    sign_off,
    withdraw,
)
from district.kernel.measures.tests.conftest import LOADER, People, Stand
from district.kernel.notifications.public import Notification
from district.kernel.organisation.public import (
    actor_for,
    assign,
    assignments_today,
    create_member,
    deactivate,
    end_assignment,
)

D = Decimal
NOW = "2025-09-03 10:00"
TITLE = "固定资产投资额（2025年1-8月）"


def unread() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(read_at=None).order_by("member__name", "title")
    return [(row.member.name, row.title) for row in rows.select_related("member")]


def member(name: str, unit: str, role: str) -> Actor:
    return actor_for(create_member(name, unit, role, actor=LOADER))


def test_a_filed_value_is_told_to_the_heads_of_its_unit_and_to_nobody_else(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand("2025-09-01 09:00"):
        member("副局长", "9-D01", "unit_head")
        member("邻局长", "9-D02", "unit_head")
        member("区长", "9", "unit_head")
        gone = member("前局长", "9-D01", "unit_head")
        deactivate(gone.id, "调离", actor=LOADER)
        past = member("卸任", "9-D01", "unit_head")
        end_assignment(assignments_today(member_id=past.id).get().pk, actor=LOADER)
    with stand(NOW):
        file_value(filing, D(900), actor=people.officer)
    assert unread() == [("副局长", f"待审核：{TITLE}"), ("局长", f"待审核：{TITLE}")]
    row = Notification.objects.filter(read_at=None)[0]
    assert (row.url, row.body) == (f"/filings/{filing.pk}/", "试验区发展和改革局")
    assert "900" not in row.body + row.title  # not signed off yet, and it may leave the house


def test_a_reviewed_value_is_told_to_planners_and_settles_what_heads_were_told(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand(NOW):
        file_value(filing, D(900), actor=people.officer)
        review(filing, actor=people.head)
        assert unread() == [("统筹", f"待审定：{TITLE}")]
        sign_off(filing, actor=people.planner)
    assert unread() == []
    assert Notification.objects.count() == 2


def test_whoever_filed_is_not_asked_to_review_or_sign_off(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand("2025-09-01 09:00"):
        assign(people.officer.id, "9-D01", "unit_head", actor=LOADER)
        assign(people.officer.id, "9", "planner", actor=LOADER)
    with stand(NOW):
        file_value(filing, D(900), actor=people.officer)
        assert [name for name, _title in unread()] == ["局长"]
        review(filing, actor=people.head)
        assert [name for name, _title in unread()] == ["统筹"]


@pytest.mark.parametrize("by", ["head", "planner"])
def test_a_returned_value_is_told_to_whoever_filed_it_with_the_reason(
    filing: Filing, people: People, stand: Stand, by: str
) -> None:
    with stand("2025-09-01 09:00"):
        member("同事", "9-D01", "officer")
    with stand(NOW):
        file_value(filing, D(900), actor=people.officer)
        if by == "planner":
            review(filing, actor=people.head)
        return_filing(filing, "少报一个项目", actor=getattr(people, by))
    assert unread() == [("经办", f"已退回：{TITLE}")]
    row = Notification.objects.get(read_at=None)
    assert (row.body, row.urgency) == ("退回原因：少报一个项目", "important")
    assert row.url == f"/filings/{filing.pk}/"


def test_a_return_reaches_those_who_file_when_whoever_filed_does_so_no_more(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand("2025-09-01 09:00"):
        member("接手", "9-D01", "officer")
    with stand(NOW):
        file_value(filing, D(900), actor=people.officer)
        post = assignments_today(member_id=people.officer.id).get()
        end_assignment(post.pk, actor=LOADER)
        return_filing(filing, "再核实", actor=people.head)
    assert unread() == [("接手", f"已退回：{TITLE}")]


def test_withdrawing_settles_and_filing_again_tells_again(
    filing: Filing, people: People, stand: Stand
) -> None:
    with stand(NOW):
        file_value(filing, D(900), actor=people.officer)
        withdraw(filing, actor=people.officer)
        assert unread() == []
        file_value(filing, D(905), actor=people.officer)
    assert unread() == [("局长", f"待审核：{TITLE}")]


def test_a_step_that_fails_tells_nobody(filing: Filing, people: People, stand: Stand) -> None:
    with stand(NOW):
        with pytest.raises(NotPermitted):
            file_value(filing, D(900), actor=people.head)
        filing.refresh_from_db()
        failing = mock.patch.object(notices, "_tell", side_effect=RuntimeError)
        with failing, pytest.raises(RuntimeError):
            file_value(filing, D(900), actor=people.officer)
    assert Notification.objects.count() == 0
    assert Filing.objects.get().state == "draft"
