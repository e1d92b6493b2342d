"""Reports: upload, errors, reading, amended editions, publishing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from district.kernel.history.public import Actor
from district.kernel.measures.public import (
    MeasureSpec,
    ValueSpec,
    ensure_measures,
    period_ending,
    record_value,
)
from district.kernel.organisation.public import root_code
from district.kernel.plan.public import Edition, Report, Statement, add_edition
from district.systems.plan_tracking.selectors.editions import compared_editions
from district.systems.plan_tracking.selectors.reading import reading
from district.systems.plan_tracking.selectors.reviewing import edition_header
from district.systems.plan_tracking.tests.conftest import (
    AMENDED,
    REPORT,
    World,
    confirm_everything,
)

Budget = Callable[[int], AbstractContextManager[Any]]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def upload(world: World, content: bytes, name: str = "报告.txt", **data: str) -> Any:
    """Send the upload form."""
    fields = {"year": "2026", "title": "2026年计划", **data}
    file = SimpleUploadedFile(name, content)
    return world.client("planner").post(reverse("plan_upload"), {**fields, "file": file})


def amended(world: World, text: str = AMENDED) -> Edition:
    """An amended edition of the report."""
    return add_edition(world.report.pk, text.encode(), "修订稿.txt", actor=world.actor("planner"))


def test_an_uploaded_report_is_compiled_and_opens_in_the_reader(world: World) -> None:
    answer = upload(world, REPORT.replace("2025", "2026").encode())
    report = Report.objects.get(year=2026)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("plan_report", args=[report.pk])
    assert Statement.objects.filter(edition__report=report).exists()


def test_the_original_is_a_download_for_whoever_may_read_the_plan(
    world: World, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    edition = amended(world)
    address = reverse("plan_original", args=[edition.pk])
    for role in ("planner", "viewer"):
        for page in ("plan_report", "plan_difference"):
            key = world.report.pk if page == "plan_report" else edition.pk
            shown = world.client(role).get(reverse(page, args=[key]), {"edition": edition.number})
            assert address in shown.content.decode()
            assert edition.sha256 in shown.content.decode()
        answer: Any = world.client(role).get(address)
        assert b"".join(answer.streaming_content) == AMENDED.encode()
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(address).status_code == 302


def test_an_edition_from_before_files_were_kept_says_so(world: World) -> None:
    Edition.objects.filter(pk=world.edition.pk).update(original="", size=0)
    client = world.client("viewer")
    page = client.get(reverse("plan_report", args=[world.report.pk])).content.decode()
    assert "没有保留原文件" in page
    assert reverse("plan_original", args=[world.edition.pk]) not in page
    assert client.get(reverse("plan_original", args=[world.edition.pk])).status_code == 404


def test_a_file_that_cannot_be_read_is_named_and_leaves_no_report(world: World) -> None:
    for content, name, words in (
        (b"", "a.txt", "文件是空的"),
        (b"\xff\xfe\x00", "a.txt", ""),
        (b"MZ", "a.exe", "不能读取这种文件"),
    ):
        answer = upload(world, content, name)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page
        assert 'href="#id_file"' in page
    assert not Report.objects.filter(year=2026).exists()


def test_a_report_of_the_same_year_and_title_is_refused_with_the_remedy(world: World) -> None:
    answer = upload(world, REPORT.encode(), year="2025", title="2025年计划")
    assert answer.status_code == 422
    assert "修订稿请在该报告中上传" in answer.content.decode()


def test_a_long_report_shows_how_far_it_is_and_goes_on_when_done(world: World) -> None:
    with mock.patch("district.kernel.plan.services.reports.INLINE_CHARACTERS", 10):
        upload(world, REPORT.replace("2025", "2026").encode())
    edition = Edition.objects.get(report__year=2026)
    assert edition.state == "compiling"
    client = world.client("planner")
    address = reverse("plan_edition_progress", args=[edition.pk])
    page = client.get(address, headers=HTMX).content.decode()
    assert "every 1s" in page
    Edition.objects.filter(pk=edition.pk).update(state="failed", problem="没有读出文字")
    page = client.get(address, headers=HTMX).content.decode()
    assert "没有读出文字" in page
    assert "every 1s" not in page
    Edition.objects.filter(pk=edition.pk).update(state="current")
    answer = client.get(address, headers=HTMX)
    assert answer["HX-Redirect"].startswith(reverse("plan_report", args=[edition.report_id]))


def test_the_reader_highlights_every_statement_of_its_page_and_explains_terms(
    world: World,
) -> None:
    shown = reading(world.report.pk)
    marked = {p.statement.pk for line in shown.lines for p in line.pieces if p.statement}
    numbers = Statement.objects.filter(edition=world.edition)
    assert marked == set(numbers.values_list("pk", flat=True))
    terms = [p.term.term for line in shown.lines for p in line.pieces if p.term]
    assert terms == ["优良河长"]
    page = world.client("viewer").get(reverse("plan_report", args=[world.report.pk]))
    assert page.content.decode().count("data-stated") == len(marked)


def test_the_outline_counts_what_each_heading_governs(world: World) -> None:
    outline = reading(world.report.pk).outline
    counts = {row.title[:2]: row.statements for row in outline if row.depth == 1}
    assert counts["一、"] == 2
    assert (
        counts["四、"]
        == Statement.objects.filter(edition=world.edition, section__contains="四、").count()
    )


def test_a_statement_opens_beside_the_text_and_as_a_page_of_its_own(world: World) -> None:
    row = world.statement("地区生产总值")
    client = world.client("viewer")
    address = reverse("plan_statement_panel", args=[row.pk])
    part = client.get(address, headers=HTMX).content.decode()
    assert "<html" not in part
    assert "上年完成" in part
    assert "<html" in client.get(address).content.decode()
    moved = client.get(reverse("plan_statement", args=[row.pk]))
    assert f"at={row.start}" in moved["Location"]


def test_the_reader_takes_ten_statements(
    world: World, django_assert_max_num_queries: Budget
) -> None:
    client = world.client("planner")
    row = world.statement("地区生产总值")
    with django_assert_max_num_queries(10):
        client.get(reverse("plan_report", args=[world.report.pk]), {"at": str(row.start)})
    with django_assert_max_num_queries(10):
        client.get(reverse("plan_statement_panel", args=[row.pk]))
    with django_assert_max_num_queries(10):
        client.get(reverse("plan_reports"))


def test_an_amended_edition_is_compared_and_decisions_survive_its_adoption(world: World) -> None:
    confirm_everything(world)
    edition = amended(world)
    shown = compared_editions(edition_header(edition.pk))
    assert [line.changed.new.measure for line in shown.changed if line.changed.new] == [
        "固定资产投资额"
    ]
    assert [line.changed.old.measure for line in shown.removed if line.changed.old] == ["幼儿园"]
    assert "".join(piece.text for piece in shown.changed[0].after if piece.changed) == "7"
    client = world.client("planner")
    page = client.get(reverse("plan_difference", args=[edition.pk])).content.decode()
    assert "<ins>7</ins>" in page
    answer = client.post(reverse("plan_adopt", args=[edition.pk]))
    edition.refresh_from_db()
    assert answer.status_code == 302
    assert edition.state == "current"
    assert Statement.objects.get(edition=edition, measure="地区生产总值", kind="target").state == (
        "confirmed"
    )
    assert Statement.objects.get(
        edition=edition, measure="固定资产投资额", kind="target"
    ).state == ("proposed")


def test_a_statement_that_only_moved_is_called_moved(world: World) -> None:
    first, second = "——地区生产总值同比增长6%;\n", "——固定资产投资额同比增长8%;\n"
    edition = amended(world, REPORT.replace(first + second, second + first))
    shown = compared_editions(edition_header(edition.pk))
    assert (len(shown.changed), len(shown.added), len(shown.removed)) == (0, 0, 0)
    assert len(shown.moved) == 1


def test_an_amended_edition_is_not_reviewed_before_it_is_adopted(world: World) -> None:
    edition = amended(world)
    answer = world.client("planner").get(reverse("plan_review", args=[edition.pk]))
    assert answer.status_code == 409


def test_publishing_and_taking_back(world: World) -> None:
    confirm_everything(world)
    client = world.client("planner")
    address = reverse("plan_publish", args=[world.report.pk])
    client.post(address, {"do": "publish"})
    world.report.refresh_from_db()
    assert world.report.published_at is not None
    assert "地区生产总值" in client.get(reverse("public")).content.decode()
    client.post(address, {"do": "withdraw"})
    world.report.refresh_from_db()
    assert world.report.published_at is None


def test_chosen_tasks_are_confirmed_or_rejected(world: World) -> None:
    client = world.client("planner")
    page = client.get(reverse("plan_tasks", args=[world.edition.pk]))
    tasks = list(page.context["page"].object_list)
    assert tasks
    address = reverse("plan_tasks_decide", args=[world.edition.pk])
    client.post(address, {"task": [str(tasks[-1].pk)], "do": "confirm"})
    client.post(address, {"task": [str(tasks[0].pk)], "do": "reject"})
    tasks[-1].refresh_from_db()
    tasks[0].refresh_from_db()
    assert tasks[-1].state == "confirmed"
    assert tasks[0].state == "rejected"
    answer = client.post(address, {"do": "confirm"}, follow=True)
    assert "还没有选择任务" in answer.content.decode()


def test_a_planner_names_what_counts_an_achievement_and_its_panel_shows_the_count(
    world: World, django_assert_max_num_queries: Budget
) -> None:
    spec = MeasureSpec("handled", "办理量", "Handled", unit="件", decimals=0, source="system")
    ensure_measures([spec], actor=Actor.system("measures"))
    august = period_ending(date(2025, 8, 31), "year_to_date")
    value = ValueSpec("handled", root_code(), august, Decimal(412), source="system")
    record_value(value, actor=Actor.system("measures"))
    row = Statement.objects.filter(edition=world.edition, kind="actual").order_by("position")[0]
    client, address = world.client("planner"), reverse("plan_counted", args=[row.pk])
    panel_address = reverse("plan_statement_panel", args=[row.pk])
    assert address in client.get(panel_address).content.decode()
    assert client.post(address, {"measure": "another"}).status_code == 422
    assert client.post(address, {"measure": "handled"}).status_code == 302
    with django_assert_max_num_queries(10):
        shown = client.get(panel_address).content.decode()
    assert "办理量" in shown
    assert "412" in shown
    assert client.post(address, {"measure": ""}).status_code == 302
    assert "办理量" not in client.get(panel_address).content.decode()
    assert address not in world.client("viewer").get(panel_address).content.decode()
