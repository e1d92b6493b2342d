"""Uploading, compiling and publishing a report."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any
from unittest import mock

import docx
import pytest
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from district.compiler import ReportError, compile_text
from district.kernel.base import sniffing
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor, events_of
from district.kernel.plan.jobs import compile_edition
from district.kernel.plan.models import Edition, Link, Report, Section, Statement, Task, Term
from district.kernel.plan.services import compiling
from district.kernel.plan.services import reports as service
from district.kernel.plan.services.reports import (
    add_edition,
    create_report,
    publish_report,
    report_storage,
    withdraw_report,
)
from district.kernel.plan.subjects import edition_subject
from district.kernel.plan.tests.conftest import AMENDED, REPORT, People


def test_an_uploaded_report_becomes_statements_tasks_terms_and_links(edition: Edition) -> None:
    compiled = compile_text(edition.text)
    rows = list(Statement.objects.filter(edition=edition).order_by("position"))
    assert edition.state == "current"
    assert edition.progress == 100
    assert [(row.measure, row.value, row.unit) for row in rows] == [
        (item.measure, item.value, item.unit) for item in compiled.statements
    ]
    assert len(rows) == 10
    for row in rows:
        assert edition.text[row.start : row.end] == row.raw
        assert edition.text[row.sentence_start : row.sentence_end] == row.text
        assert row.state == "proposed"
    assert Task.objects.filter(edition=edition).count() == len(compiled.tasks)
    assert Section.objects.filter(edition=edition).count() == len(compiled.sections)
    assert Term.objects.get(edition=edition).term == "优良河长"
    assert Link.objects.filter(edition=edition, below_actual=True).exists()


def test_the_file_itself_is_kept_with_its_checksum_in_history(
    report: Report, people: People, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    content = f"\ufeff{REPORT}\r\n".encode()  # not what `text` holds
    edition = add_edition(report.pk, content, "C:\\文件\\计划.txt", actor=people.planner)
    assert Path(report_storage().path(edition.original)).read_bytes() == content
    digest = hashlib.sha256(content).hexdigest()
    assert (edition.file_name, edition.size, edition.sha256) == ("计划.txt", len(content), digest)
    uploaded = events_of(edition_subject(edition.pk))[-1]
    assert uploaded.kind == "plan.edition.uploaded"
    assert (uploaded.data["sha256"], uploaded.data["size"]) == (digest, len(content))
    amended = add_edition(report.pk, AMENDED.encode(), "修订.md", actor=people.planner)
    assert Path(report_storage().path(amended.original)).read_bytes() == AMENDED.encode()
    assert len(list(tmp_path.rglob("*.*"))) == 0  # no name leads to a file


def test_a_refused_file_leaves_nothing_on_the_disk(
    edition: Edition, people: People, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    with pytest.raises(Conflict):
        add_edition(edition.report_id, REPORT.encode(), "again.txt", actor=people.planner)
    for content, name in ((b"x", "a.txt"), (b"<html>" + REPORT.encode(), "a.txt")):
        with pytest.raises(Invalid):
            add_edition(edition.report_id, content, name, actor=people.planner)
    broken = mock.patch.object(compiling, "compile_text", side_effect=ReportError("x"))
    with broken, pytest.raises(Invalid):
        add_edition(edition.report_id, AMENDED.encode(), "b.txt", actor=people.planner)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_full_disk_takes_back_the_edition(
    report: Report, people: People, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    full = mock.patch.object(service, "keep", side_effect=OSError(28, "No space left on device"))
    with full, pytest.raises(OSError, match="No space"):
        add_edition(report.pk, REPORT.encode(), "计划.txt", actor=people.planner)
    assert not Edition.objects.exists()


def test_what_the_reader_takes_at_most_can_be_kept_too() -> None:
    assert service.LARGEST_FILE <= sniffing.LARGEST


def test_a_docx_is_read_too(report: Report, people: People) -> None:
    document = docx.Document()
    for line in REPORT.splitlines():
        document.add_paragraph(line)
    content = io.BytesIO()
    document.save(content)
    edition = add_edition(report.pk, content.getvalue(), "计划.docx", actor=people.planner)
    assert edition.statements.count() == 10


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "plan.txt"),
        (b"\xff\xfe\x00", "plan.txt"),
        (b"not a pdf", "plan.pdf"),
        (b"not a docx", "plan.docx"),
        (REPORT.encode(), "plan.exe"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_nothing_behind(
    report: Report, people: People, content: bytes, name: str
) -> None:
    with pytest.raises(Invalid) as caught:
        add_edition(report.pk, content, name, actor=people.planner)
    assert caught.value.field == "file"
    assert str(caught.value)
    assert not Edition.objects.exists()


def test_a_compiler_that_breaks_off_leaves_nothing_half_written(
    report: Report, people: People
) -> None:
    with (
        mock.patch.object(compiling, "_keep_relations", side_effect=RuntimeError("x")),
        pytest.raises(RuntimeError),
    ):
        add_edition(report.pk, REPORT.encode(), "计划.txt", actor=people.planner)
    assert not Edition.objects.exists()
    assert not Statement.objects.exists()


def test_the_very_file_is_refused_a_second_time(edition: Edition, people: People) -> None:
    with pytest.raises(Conflict):
        add_edition(edition.report_id, REPORT.encode(), "again.txt", actor=people.planner)


def test_a_report_is_made_once(report: Report, people: People) -> None:
    with pytest.raises(Conflict):
        create_report("9", 2025, " 2025年计划 ", actor=people.planner)
    with pytest.raises(Invalid) as caught:
        create_report("9", 2025, "  ", actor=people.planner)
    assert caught.value.field == "title"


def test_only_who_manages_reports_uploads(report: Report, people: People) -> None:
    for actor in (people.officer, people.viewer, people.leader, Actor.anonymous()):
        with pytest.raises(NotPermitted):
            add_edition(report.pk, REPORT.encode(), "计划.txt", actor=actor)
        with pytest.raises(NotPermitted):
            create_report("9", 2026, "2026年计划", actor=actor)


def test_a_long_report_is_compiled_by_the_worker_with_progress(
    report: Report,
    people: People,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with (
        mock.patch.object(service, "INLINE_CHARACTERS", 10),
        django_capture_on_commit_callbacks(execute=True),
    ):
        edition = add_edition(report.pk, REPORT.encode(), "计划.txt", actor=people.planner)
    assert edition.state == "compiling"
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(edition.pk)]
    with pytest.raises(Conflict):
        add_edition(report.pk, AMENDED.encode(), "修订.txt", actor=people.planner)
    seen = []
    real = compiling.mark

    def note(key: str, progress: int, step: str) -> None:
        real(key, progress, step)
        seen.append(Edition.objects.values_list("progress", flat=True).get(pk=key))

    with mock.patch.object(compiling, "mark", side_effect=note):
        compile_edition.func(str(edition.pk))
        compile_edition.func(str(edition.pk))
    edition.refresh_from_db()
    assert (edition.state, edition.progress) == ("current", 100)
    assert seen[:2] == [10, 70]
    assert edition.statements.count() == 10


def test_a_compilation_that_fails_in_the_worker_says_why(report: Report, people: People) -> None:
    with mock.patch.object(service, "INLINE_CHARACTERS", 10):
        edition = add_edition(report.pk, REPORT.encode(), "计划.txt", actor=people.planner)
    with (
        mock.patch("district.kernel.plan.jobs.compile_text", side_effect=RecursionError),
        pytest.raises(RecursionError),
    ):
        compile_edition.func(str(edition.pk))
    edition.refresh_from_db()
    assert edition.state == "failed"
    assert "RecursionError" in edition.problem
    assert events_of(edition_subject(edition.pk))[0].kind == "plan.edition.failed"
    # The next upload is not held up by it.
    again = add_edition(report.pk, REPORT.encode(), "计划.txt", actor=people.planner)
    assert (again.state, again.number) == ("current", 2)


def test_publishing_is_a_decision_that_can_be_withdrawn(edition: Edition, people: People) -> None:
    key = edition.report_id
    with pytest.raises(NotPermitted):
        publish_report(key, actor=people.officer)
    first = publish_report(key, actor=people.leader).published_at
    assert publish_report(key, actor=people.planner).published_at == first
    assert withdraw_report(key, actor=people.planner).published_at is None


def test_a_number_too_large_to_keep_is_left_out_and_counted(report: Report, people: People) -> None:
    text = REPORT.replace("新建幼儿园3所", "新建幼儿园99999999999999999所")
    edition = add_edition(report.pk, text.encode(), "计划.txt", actor=people.planner)
    assert edition.left_out == 1
    assert edition.statements.count() == 9
