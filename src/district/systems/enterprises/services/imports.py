"""Imports of whole registers: a file taken in, checked, written batch by batch.

History tells of a run by one event, with the file's hash, its source and day, and how many rows
were added, changed, left as they were and rejected. An event of every enterprise would be a
million links of a million chains and take longer than the import; and it would say no more, for
what the source said of each stands in `SourceRecord` with its day, what that replaced in
`PastState`, and the hash says which file it was. What people change one by one has its own
history (`services.telling`).

A batch commits its rows, the counts and `rows_done` together. So a run whose worker was killed
goes on behind its last batch, whoever takes it up; and even a batch that were written twice would
change nothing, because rows are known by source, code and day.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.matching.public import note_all_changed, note_changed
from district.kernel.organisation.public import authorise
from district.kernel.search.public import index, index_later
from district.systems.enterprises.importing.checking import check_parts
from district.systems.enterprises.importing.files import MAX_BYTES, parts_of
from district.systems.enterprises.importing.places import (
    folder_of,
    forget_files,
    forget_rows,
    good_of,
    rejected_of,
    unknown_codes,
    upload_of,
    world,
)
from district.systems.enterprises.importing.writing import Terms, Written, write_batch
from district.systems.enterprises.models import ImportRun
from district.systems.enterprises.names import ENTERPRISES, IMPORT, IMPORT_RUN, POPULATION
from district.systems.enterprises.selectors.catalogue import service_unit
from district.systems.enterprises.selectors.rights import owned_register
from district.systems.enterprises.services.sources import source_of

#: Rows of a batch. On SQLite nobody else writes while one is written, some half a second.
BATCH = 10_000
#: Up to so many rows a batch tells which enterprises changed; a longer run tells when it ends.
_TOLD_ONE_BY_ONE = 50_000
#: How long rejected rows can be fetched.
KEPT = timedelta(days=30)
_STATE = ImportRun.State
_TRIES = 3


class Overtaken(Exception):
    """Another process has brought the run further meanwhile; nothing was done here."""


@transaction.atomic
def start_import(
    file_name: str,
    content: Iterable[bytes],
    *,
    source: str,
    told_on: date,
    actor: Actor,
    queued: bool = True,
) -> ImportRun:
    """Take a file in and leave it to the worker, or (`queued` false) to whoever calls `run_import`.

    `content` is read once, block by block. Raises NotPermitted, NotFound for the source, Invalid
    naming the field.
    """
    authorise(actor, IMPORT, owned_register())
    if told_on > clock.today():
        raise Invalid("told_on", _("日期还没有到。"), _("请填写今天或更早的日期。"))
    run = ImportRun(
        source=source_of(source),
        told_on=told_on,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name[:100],
        file_name=Path(file_name).name[-200:],
        started_at=clock.now(),
    )
    run.file_sha256 = _store(upload_of(run.pk), content)
    run.save(force_insert=True)
    if queued:
        _enqueue(run)
    return run


def _store(path: Path, content: Iterable[bytes]) -> str:
    """Write the file and return its hash; raises Invalid when it is too large."""
    digest, size = hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for block in content:
            size += len(block)
            if size > MAX_BYTES:
                shutil.rmtree(path.parent, ignore_errors=True)
                raise Invalid(
                    "file",
                    _("文件超过 %(limit)d MB。") % {"limit": MAX_BYTES >> 20},
                    _("请拆成几个文件。"),
                )
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _enqueue(run: ImportRun) -> None:
    from district.systems.enterprises import jobs  # which calls what stands here

    jobs.import_file.enqueue(str(run.pk))


Tell = Callable[[ImportRun], None]


def run_import(run: ImportRun, tell: Tell = lambda _run: None) -> ImportRun:
    """Bring a run to its end from wherever it stands; what cannot be used is told on the run.

    Must not stand in a transaction. Raises Overtaken when somebody else is at it too.
    """
    try:
        if run.state == _STATE.CHECKING:
            _check(run, tell)
        while run.state == _STATE.WRITING:
            _write(run)
            tell(run)
    except Invalid as error:
        refuse(run, str(error))
    return run


def _check(run: ImportRun, tell: Tell) -> None:
    authorise(_actor(run), IMPORT, owned_register())

    def heard(rows: int) -> None:
        run.rows = rows
        ImportRun.objects.filter(pk=run.pk).update(rows=rows)
        tell(run)

    found = check_parts(
        parts_of(upload_of(run.pk), run.file_name),
        world(),
        unknown_codes,
        good_of(run.pk),
        rejected_of(run.pk),
        heard,
    )
    with transaction.atomic():
        _claim(run, _STATE.CHECKING)
        run.rows, run.rows_good, run.rejected = found.rows, found.good, found.rejected
        run.problems = found.problems
        run.state = _STATE.WRITING
        run.save()


def _actor(run: ImportRun) -> Actor:
    if run.actor_kind == "system":
        return Actor("system", run.actor_id, run.actor_name)
    return Actor("member", run.actor_id, run.actor_name)


def _claim(run: ImportRun, state: str) -> None:
    """Hold the run until the transaction ends, while it stands as it was read; else Overtaken."""
    rows = ImportRun.objects.select_for_update().filter(pk=run.pk, state=state)
    if not rows.filter(rows_done=run.rows_done).values_list("pk", flat=True):
        raise Overtaken(str(run.pk))


def _write(run: ImportRun) -> None:
    """The next batch, and the end behind the last one."""
    good = pl.scan_parquet(good_of(run.pk)).slice(run.rows_done, BATCH).collect()
    terms = Terms(run.source, run.told_on, clock.today(), service_unit())
    before = (run.rows_done, run.added, run.changed, run.unchanged)
    for tries_left in reversed(range(_TRIES)):
        try:
            _write_once(run, good, terms)
            break
        except IntegrityError:
            # Somebody entered one of these codes a moment ago: read again and tell of it.
            run.rows_done, run.added, run.changed, run.unchanged = before
            if not tries_left:
                raise
    if run.state == _STATE.DONE:
        forget_rows(run.pk)


@transaction.atomic
def _write_once(run: ImportRun, good: pl.DataFrame, terms: Terms) -> None:
    _claim(run, _STATE.WRITING)
    written = write_batch(good, terms) if good.height else Written()
    run.rows_done += good.height
    run.added += written.added
    run.changed += written.changed
    run.unchanged += written.unchanged
    if run.rows_good <= _TOLD_ONE_BY_ONE:
        note_changed(POPULATION, written.ids)
        index(ENTERPRISES, written.ids)
    if run.rows_done >= run.rows_good:
        _end(run)
    run.save()


def _end(run: ImportRun) -> None:
    if run.rows_good > _TOLD_ONE_BY_ONE:
        _tell_of_all()
    run.state, run.ended_at = _STATE.DONE, clock.now()
    data = {
        "file": run.file_name,
        "sha256": run.file_sha256,
        "source": run.source.key,
        "told_on": run.told_on.isoformat(),
        "rows": run.rows,
        "added": run.added,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "rejected": run.rejected,
    }
    subject = Subject(IMPORT_RUN, str(run.pk))
    record(subject, "enterprises.imported", data, actor=_actor(run))


def _tell_of_all() -> None:
    """Tell matching and search that any enterprise may have changed."""
    note_all_changed(POPULATION)
    index_later(ENTERPRISES)


@transaction.atomic
def refuse(run: ImportRun, words: str) -> None:
    """End a run with the reason why no more of it is written; one that is over stays as it is."""
    found = ImportRun.objects.select_for_update().filter(pk=run.pk).first()
    if found is None or found.is_over:
        return
    if found.rows_done:
        _tell_of_all()
    found.state, found.problem, found.ended_at = _STATE.REFUSED, words[:400], clock.now()
    found.save()
    run.state, run.problem = found.state, found.problem
    transaction.on_commit(lambda: forget_rows(run.pk))


@transaction.atomic
def end_left_imports(queued: Callable[[], set[str]], words: str) -> int:
    """End runs that no task will bring further, because every worker that took one died.

    A run gets its task in the transaction that begins it. What is written of it stays.
    """
    rows = ImportRun.objects.filter(
        state__in=(_STATE.CHECKING, _STATE.WRITING), actor_kind="member"
    )
    left = {str(run.pk): run for run in rows}
    gone = left.keys() - queued() if left else set()
    for key in gone:
        refuse(left[key], words)
    return len(gone)


def forget_old_files() -> int:
    """Remove the files of runs that ended long ago; returns of how many."""
    count = 0
    for run in ImportRun.objects.filter(ended_at__lt=clock.now() - KEPT):
        if folder_of(run.pk).exists():
            forget_files(run.pk)
            count += 1
    return count


def run_of(run_id: str) -> ImportRun | None:
    """A run with its source, None where there is none."""
    with suppress(ImportRun.DoesNotExist):
        return ImportRun.objects.select_related("source").get(pk=run_id)
    return None
