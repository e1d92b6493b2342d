"""Writes of registers: exports noted, files imported."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import action_of, authorise_somewhere
from district.kernel.registers.declaration import Field, Register
from district.kernel.registers.importing import progress
from district.kernel.registers.importing.checking import Checked, check_table, importing_of
from district.kernel.registers.importing.files import read_table
from district.kernel.registers.importing.problems import Problem, Unreadable
from district.kernel.registers.importing.writing import Refused, Tell, write
from district.kernel.registers.models import ImportRun
from district.kernel.registers.rules import personal_keys
from district.kernel.registers.scope import may_export
from district.kernel.registers.store import register_of

_KEPT_PROBLEMS = 200
SHORTEST_REASON, LONGEST_REASON = 4, 200
_PREVIEW = 10
# A file that nobody confirms is forgotten after a day: it may hold personal data.
FORGET_AFTER = timedelta(days=1)
# A file that its sender waits for is left to the worker when the sender's process has died.
_SENDER_WAITS = timedelta(minutes=2)
_STATE = ImportRun.State
_BUSY = (_STATE.CHECKING, _STATE.WRITING)


class Overtaken(Exception):
    """Another process has brought the run further meanwhile; nothing was done here."""


def _subject(register: Register) -> Subject:
    return Subject("registers.register", register.key)


def authorise_export(register: Register, actor: Actor) -> None:
    """Raise NotPermitted unless the actor may take rows out of the register."""
    if not may_export(register, actor):
        action = action_of(register.export_action or register.view_action)
        raise NotPermitted(_("您没有“%(action)s”的权限，不能导出。") % {"action": action.label})


@transaction.atomic
def record_export(
    register: Register,
    kind: str,
    rows: int,
    query: str,
    *,
    actor: Actor,
    columns: Sequence[Field] = (),
    reason: str = "",
) -> None:
    """Note in history who took which rows out, by their condition, how many, and why.

    Raises NotPermitted where they may not, Invalid where a personal column is among `columns` and
    no reason is given.
    """
    authorise_export(register, actor)
    data: dict[str, Any] = {"format": kind, "rows": rows, "query": query}
    personal = personal_keys(columns)
    if personal:
        data |= {"personal": personal, "reason": checked_reason(reason)}
    record(_subject(register), "registers.exported", data, actor=actor)


def checked_reason(text: str) -> str:
    """A reason for taking personal data out; Invalid where it says nothing or too much."""
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_REASON:
        raise Invalid(
            "reason",
            _("导出事由太短。"),
            _("请写明导出这些个人信息做什么，不少于%(least)d个字。") % {"least": SHORTEST_REASON},
        )
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            "reason",
            _("导出事由过长。"),
            _("请控制在%(most)d个字以内。") % {"most": LONGEST_REASON},
        )
    return reason


def _authorise_import(register: Register, actor: Actor) -> None:
    authorise_somewhere(actor, importing_of(register).action)


@transaction.atomic
def start_import(
    register: Register, file_name: str, content: bytes, *, actor: Actor, at_once: bool = False
) -> ImportRun:
    """Take a file in and leave it to the worker to check. Raises NotPermitted.

    With `at_once` the caller checks it now, and the worker only if the caller's process dies.
    """
    _authorise_import(register, actor)
    run = ImportRun.objects.create(
        register=register.key,
        actor_id=actor.id,
        actor_name=actor.name,
        file_name=file_name[-200:],
        file_sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        started_at=clock.now(),
    )
    _enqueue(run, at_once=at_once)
    return run


def _enqueue(run: ImportRun, *, at_once: bool) -> None:
    """Queue a step in the transaction of the state that waits for it: never one alone."""
    from district.kernel.registers import jobs  # which calls what stands here

    step = jobs.check_import if run.state == _STATE.CHECKING else jobs.commit_import
    if at_once:
        step = step.using(run_after=timezone.now() + _SENDER_WAITS)
    step.enqueue(str(run.pk))


def run_of(register: Register, run_id: Any, actor: Actor) -> ImportRun:
    """The actor's own import run; NotFound for anybody else's."""
    run = ImportRun.objects.filter(pk=run_id, register=register.key, actor_id=actor.id).first()
    if run is None:
        raise NotFound(_("没有这次导入，可能已过期。请重新上传文件。"))
    return run


def _actor(run: ImportRun) -> Actor:
    return Actor("member", run.actor_id, run.actor_name)


def check_import(run: ImportRun) -> ImportRun:
    """Read the file and hold it against the register; what is found is kept in the run.

    Writes progress while it goes, so it must not stand in a transaction. Idempotent; raises
    Overtaken when somebody else ended the check first.
    """
    if run.state != _STATE.CHECKING:
        return run
    checked = _checked(run)
    work = [line for line in checked.lines if line.is_new or line.differing]
    added = sum(1 for line in work if line.is_new)
    run.added, run.changed = added, len(work) - added
    run.unchanged = len(checked.lines) - len(work)
    run.preview = [
        {one.key: _shown(line.values.get(one.key)) for one in checked.fields}
        | {
            "_row": line.number,
            "_new": line.is_new,
            "_same": not line.is_new and not line.differing,
        }
        for line in checked.lines[:_PREVIEW]
    ]
    _keep_problems(run, checked.problems)
    run.state = _STATE.REFUSED if checked.problems else _STATE.CHECKED
    with transaction.atomic():
        _claim(run, _STATE.CHECKING)
        _end(run)
    return run


def _claim(run: ImportRun, *states: str) -> None:
    """Hold the run until the transaction ends, while it is in one of `states`; else Overtaken."""
    rows = ImportRun.objects.select_for_update().filter(pk=run.pk, state__in=states)
    if not rows.values_list("pk", flat=True):
        raise Overtaken(str(run.pk))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return _("、").join(value)
    return "" if value is None else str(value)


def _checked(run: ImportRun) -> Checked:
    register, actor = register_of(run.register), _actor(run)
    _authorise_import(register, actor)
    try:
        table = read_table(run.file_name, bytes(run.content))
    except Unreadable as error:
        return Checked(problems=[Problem(0, "", error.problem, error.remedy)])
    run.rows = len(table.rows)
    ImportRun.objects.filter(pk=run.pk).update(rows=run.rows)

    def count(done: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(rows_done=done)

    checked = check_table(register, actor, table, count)
    if not checked.lines and not checked.problems:
        remedy = _("请在表头下面填写数据")
        checked.problems.append(Problem(0, "", _("文件里只有表头"), remedy))
    return checked


def _keep_problems(run: ImportRun, problems: list[Problem]) -> None:
    run.problem_count = len(problems)
    run.problems = [problem.to_json() for problem in problems[:_KEPT_PROBLEMS]]


def _end(run: ImportRun) -> None:
    run.rows_done = run.rows
    if run.is_over:
        run.content, run.preview, run.ended_at = b"", [], clock.now()
    run.save()


@transaction.atomic
def begin_commit(run: ImportRun, *, actor: Actor, at_once: bool = False) -> None:
    """Claim a checked run for writing, once, and leave it to the worker to write.

    With `at_once` the caller writes it now, and the worker only if the caller's process dies.
    Raises Conflict when the run is not waiting for that.
    """
    _authorise_import(register_of(run.register), actor)
    claimed = ImportRun.objects.filter(pk=run.pk, state=_STATE.CHECKED, actor_id=actor.id)
    if not claimed.update(state=_STATE.WRITING, rows_done=0):
        raise Conflict(_("这次导入已经办理过了。请刷新页面查看结果。"))
    run.state = _STATE.WRITING
    _enqueue(run, at_once=at_once)


def commit_import(run: ImportRun) -> ImportRun:
    """Write all rows of a claimed run, or none; the outcome is kept in the run.

    The file is checked once more, because the register may have changed since. Idempotent;
    raises Overtaken when somebody else ended the run first.
    """
    if run.state != _STATE.WRITING:
        return run
    progress.forget(run.pk)
    checked = _checked(run)
    try:
        with progress.telling(run.pk) as tell:
            _write_all(run, checked, tell)
    except Refused as refused:
        _refuse(run, refused.problems)
    return run


@transaction.atomic
def _write_all(run: ImportRun, checked: Checked, tell: Tell) -> None:
    """The rows, the event and the run's outcome: whoever dies here has written nothing."""
    _claim(run, _STATE.WRITING)
    register, actor = register_of(run.register), _actor(run)
    written = write(register, checked, actor, str(run.pk), tell)
    data = {
        "run": str(run.pk),
        "file": run.file_name,
        "sha256": run.file_sha256,
        "added": written.added,
        "changed": written.changed,
        "unchanged": written.unchanged,
    }
    record(_subject(register), "registers.imported", data, actor=actor)
    run.added, run.changed, run.unchanged = written.added, written.changed, written.unchanged
    run.state = _STATE.DONE
    _end(run)


@transaction.atomic
def _refuse(run: ImportRun, problems: list[Problem]) -> None:
    _claim(run, *_BUSY)
    _keep_problems(run, problems)
    run.state = _STATE.REFUSED
    _end(run)


def refuse_import(run_id: str, words: str) -> None:
    """End a run with the reason why nothing was written; one that is over stays as it is."""
    with suppress(ImportRun.DoesNotExist, Overtaken):
        _refuse(ImportRun.objects.get(pk=run_id), [Problem(0, "", words)])


@transaction.atomic
def end_left_imports(queued: Callable[[], set[str]], words: str) -> int:
    """End busy runs that no task will bring further; returns how many.

    `queued` names the runs that a task is waiting for or at work on. A run gets its task in the
    transaction that makes it busy, so one without any was given up by the queue.
    """
    rows = ImportRun.objects.select_for_update(skip_locked=True).filter(state__in=_BUSY)
    busy = {str(key) for key in rows.values_list("pk", flat=True)}
    left = busy - queued() if busy else busy
    for run_id in left:
        refuse_import(run_id, words)
        progress.forget(run_id)
    return len(left)


@transaction.atomic
def forget_old_imports() -> int:
    """Empty runs after a day: files that nobody confirmed, and values in error messages.

    Returns how many were emptied.
    """
    now = clock.now()
    old = ImportRun.objects.filter(started_at__lt=now - FORGET_AFTER)
    pending = old.filter(state__in=(_STATE.CHECKING, _STATE.CHECKED))
    count = pending.update(content=b"", preview=[], state=_STATE.REFUSED, ended_at=now)
    return count + old.exclude(problems=[]).update(problems=[])
