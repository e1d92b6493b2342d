"""Imports whose process died: the queue has them, or they end in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from district.kernel.history.public import Actor, Subject, events_of
from district.kernel.registers import import_pages, jobs, services
from district.kernel.registers.models import ImportRun
from district.kernel.registers.tests.conftest import SITES, MakeClient
from district.kernel.registers.tests.models import Site
from district.kernel.registers.tests.test_files import FILE, URL, commit, upload


class Killed(BaseException):
    """The process ends here: nothing after it runs."""


def die(*_arguments: Any, **_more: Any) -> None:
    raise Killed


@pytest.fixture
def planner(make_client: MakeClient) -> Client:
    return make_client("planner")


@pytest.fixture
def long_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_pages, "BACKGROUND_BYTES", 10)


def queued(run: ImportRun) -> list[str]:
    rows = DBTaskResult.objects.order_by("enqueued_at")
    return [row.task_name for row in rows if row.args_kwargs["args"] == [str(run.pk)]]


def test_a_long_file_and_its_task_are_kept_together_or_not_at_all(
    planner: Client, long_files: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(planner, FILE)
    assert queued(run) == ["check_import"]
    jobs.check_import.call(str(run.pk))
    commit(planner, run)
    assert queued(run) == ["check_import", "commit_import"]

    monkeypatch.setattr(DBTaskResult, "save", die)
    actor = Actor("member", run.actor_id, run.actor_name)
    with pytest.raises(Killed):
        services.start_import(SITES, "a.csv", FILE.encode(), actor=actor)
    assert ImportRun.objects.count() == 1
    ImportRun.objects.filter(pk=run.pk).update(state="checked")
    with pytest.raises(Killed):
        services.begin_commit(run, actor=actor)
    run.refresh_from_db()
    assert run.state == "checked"


def test_a_small_file_is_taken_up_by_the_worker_if_the_server_dies_meanwhile(
    planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(planner, FILE)
    assert queued(run) == ["check_import"]
    assert DBTaskResult.objects.get().run_after > timezone.now() + timedelta(seconds=60)
    with monkeypatch.context() as patch:
        patch.setattr(services, "write", die)
        with pytest.raises(Killed):
            planner.post(f"{URL}import/{run.pk}/commit/")
    run.refresh_from_db()
    assert (run.state, Site.objects.count()) == ("writing", 0)
    assert jobs.end_left_imports() == 0
    jobs.commit_import.call(str(run.pk))
    jobs.check_import.call(str(run.pk))  # the one that waited behind the upload
    run.refresh_from_db()
    assert (run.state, run.added, Site.objects.count()) == ("done", 2, 2)


def test_rows_and_outcome_are_written_together(
    planner: Client, long_files: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(planner, FILE)
    jobs.check_import.call(str(run.pk))
    commit(planner, run)

    with monkeypatch.context() as patch:
        patch.setattr(services, "_end", die)
        with pytest.raises(Killed):
            jobs.commit_import.call(str(run.pk))
    assert not Site.objects.exists()
    jobs.commit_import.call(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.added, run.unchanged) == ("done", 2, 0)
    kinds = [event.kind for event in events_of(Subject("registers.register", "sites"))]
    assert kinds.count("registers.imported") == 1


def test_who_comes_late_leaves_the_outcome_as_it_is(planner: Client, long_files: None) -> None:
    run = upload(planner, FILE)
    late = ImportRun.objects.get(pk=run.pk)
    jobs.check_import.call(str(run.pk))
    commit(planner, run)
    with pytest.raises(services.Overtaken):
        services.check_import(late)
    late = ImportRun.objects.get(pk=run.pk)
    jobs.commit_import.call(str(run.pk))
    with pytest.raises(services.Overtaken):
        services.commit_import(late)
    services.refuse_import(str(run.pk), "太晚了")
    run.refresh_from_db()
    assert (run.state, run.added, run.problems) == ("done", 2, [])


@pytest.mark.parametrize("step", ["check", "commit"])
def test_a_run_whose_task_was_given_up_ends_and_its_page_says_so(
    planner: Client, long_files: None, step: str
) -> None:
    run = upload(planner, FILE)
    if step == "commit":
        jobs.check_import.call(str(run.pk))
        commit(planner, run)
    for status in ("READY", "RUNNING"):
        DBTaskResult.objects.update(status=status)
        assert jobs.end_left_imports() == 0
    DBTaskResult.objects.update(status="FAILED")
    assert jobs.end_left_imports() == 1
    assert jobs.end_left_imports() == 0
    run.refresh_from_db()
    assert (run.state, bytes(run.content), Site.objects.count()) == ("refused", b"", 0)
    page = planner.get(f"{URL}import/{run.pk}/").content.decode()
    assert "导入没有完成，什么都没有写入" in page


def test_a_run_that_waits_for_its_sender_is_not_ended(planner: Client) -> None:
    run = upload(planner, FILE)
    DBTaskResult.objects.all().delete()
    assert jobs.end_left_imports() == 0
    run.refresh_from_db()
    assert run.state == "checked"
