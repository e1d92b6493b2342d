"""How far an import is, as its page says while nobody can see into its transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from district.kernel.history.public import Actor
from district.kernel.registers import import_pages, jobs
from district.kernel.registers.declaration import Importing, Register
from district.kernel.registers.importing import progress, writing
from district.kernel.registers.models import ImportRun
from district.kernel.registers.tests.conftest import IMPORT, MakeClient
from district.kernel.registers.tests.models import Site
from district.kernel.registers.tests.test_files import URL, commit, upload

ROWS = "名称,编号\n" + "".join(f"某地,{n}\n" for n in range(1100))


@pytest.fixture
def claimed(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> tuple[Client, ImportRun]:
    """A run that waits to be written by the worker, and its sender."""
    settings.VAR = tmp_path
    monkeypatch.setattr(import_pages, "BACKGROUND_BYTES", 10)
    client = make_client("planner")
    run = upload(client, ROWS)
    jobs.check_import.call(str(run.pk))
    return client, commit(client, run)


def page(client: Client, run: ImportRun) -> str:
    return client.get(f"{URL}import/{run.pk}/").content.decode()


def told(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What a page could read whenever the writer tells."""
    seen: list[tuple[int, int]] = []
    real: Any = writing.write

    def write(*given: Any) -> Any:
        *rest, tell = given

        def tell_and_look(done: int, total: int) -> None:
            tell(done, total)
            found = progress.writing_of(run.pk)
            assert found is not None
            assert found.alive
            seen.append((found.done, found.total))

        return real(*rest, tell_and_look)

    monkeypatch.setattr("district.kernel.registers.services.write", write)
    jobs.commit_import.call(str(run.pk))
    return seen


def test_rows_are_counted_while_they_are_written(
    claimed: tuple[Client, ImportRun], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client, run = claimed
    assert "写入前再核对一遍：已核对 0 行，共 1,100 行" in page(client, run)
    assert told(run, monkeypatch) == [(0, 1100), (500, 1100), (1000, 1100), (1100, 1100)]
    assert "已导入" in page(client, run)
    assert list((tmp_path / "progress").iterdir()) == []


def test_rows_that_a_service_saves_are_counted_more_often(
    claimed: tuple[Client, ImportRun],
    declared: Callable[..., Register],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def save(values: Any, existing: Site | None, actor: Actor) -> Site:
        return Site.objects.create(code=values["code"], name=values["name"])

    declared(importing=Importing(IMPORT.key, key=("code",), save=save))
    seen = told(claimed[1], monkeypatch)
    assert seen[:3] == [(0, 1100), (50, 1100), (100, 1100)]
    assert seen[-1] == (1100, 1100)
    assert seen == sorted(seen)
    assert Site.objects.count() == 1100


def test_the_page_says_how_far_it_is_and_when_the_writer_is_gone(
    claimed: tuple[Client, ImportRun], tmp_path: Path
) -> None:
    client, run = claimed
    left = tmp_path / "progress" / f"import-{run.pk}"
    with progress.telling(run.pk) as tell:
        tell(600, 1100)
        assert "已写入 600 行，共 1,100 行" in page(client, run)
        kept = left.read_bytes()
    assert not left.exists()
    left.write_bytes(kept)  # as a killed writer leaves it: without the lock
    words = page(client, run)
    assert "上一次写入中途停了，什么都没有写入" in words
    assert "已写入 600" not in words
    jobs.commit_import.call(str(run.pk))
    assert "已导入" in page(client, run)
    assert not left.exists()


def test_an_import_is_written_though_its_progress_cannot_be_told(
    claimed: tuple[Client, ImportRun], tmp_path: Path
) -> None:
    (tmp_path / "progress").write_text("no folder")
    jobs.commit_import.call(str(claimed[1].pk))
    assert Site.objects.count() == 1100
