"""From an edition's text to its rows: run the compiler, keep what it read, compare editions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from district.compiler import Compilation, compile_text
from district.compiler import Statement as Compiled
from district.kernel.base import clock
from district.kernel.history.public import Actor, record
from district.kernel.plan.models import (
    Contradiction,
    Edition,
    Link,
    Section,
    Statement,
    Task,
    Term,
)
from district.kernel.plan.models.reports import EditionState
from district.kernel.plan.models.statements import Change, reading_of
from district.kernel.plan.rules.matching import Content, Pair, match
from district.kernel.plan.subjects import edition_subject

# What the exact field holds: 64 bits with six places.
_LARGEST = Decimal(9_000_000_000_000)
_BATCH = 500


def compile_now(edition: Edition, actor: Actor) -> None:
    """Compile `edition` and keep the result, inside the caller's transaction."""
    keep(edition, compile_text(edition.text, source_name=edition.file_name), actor)


@transaction.atomic
def mark(edition_id: str, progress: int, step: str) -> None:
    """Say how far a compilation has come; seen at once by whoever watches."""
    Edition.objects.filter(pk=edition_id, state=EditionState.COMPILING).update(
        progress=progress, step=step
    )


@transaction.atomic
def mark_failed(edition_id: str, problem: str, *, actor: Actor) -> None:
    """End a compilation that went wrong: no rows are kept, the reason is."""
    changed = Edition.objects.filter(pk=edition_id, state=EditionState.COMPILING).update(
        state=EditionState.FAILED, problem=problem[:400], step=""
    )
    if changed:
        record(
            edition_subject(edition_id), "plan.edition.failed", {"problem": problem}, actor=actor
        )


@transaction.atomic
def fail_stuck(before: datetime, *, actor: Actor) -> int:
    """End compilations of editions uploaded before that moment, whose worker is long gone.

    Returns how many. The file can then be uploaded again.
    """
    stuck = Edition.objects.filter(state=EditionState.COMPILING, uploaded_at__lt=before)
    keys = [str(key) for key in stuck.values_list("pk", flat=True)]
    for key in keys:
        mark_failed(key, _("解析没有完成，可能是服务器中断。请重新上传文件。"), actor=actor)
    return len(keys)


@transaction.atomic
def keep(edition: Edition, compiled: Compilation, actor: Actor) -> None:
    """Write everything that the compiler read, compare it with the current edition, and end
    the compilation. A second call for the same edition changes nothing.
    """
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    if locked.state != EditionState.COMPILING:
        return
    _keep_sections(edition, compiled)
    tasks = _keep_tasks(edition, compiled)
    statements, left_out = _keep_statements(edition, compiled, tasks)
    _keep_relations(edition, compiled, statements)
    current = Edition.objects.filter(
        report_id=edition.report_id, state=EditionState.CURRENT
    ).first()
    if current is not None:
        relate(current, edition)
    edition.state = EditionState.PROPOSED if current else EditionState.CURRENT
    edition.progress, edition.step = 100, ""
    edition.left_out = left_out
    edition.compiled_at = clock.now()
    edition.save(update_fields=["state", "progress", "step", "left_out", "compiled_at"])
    record(
        edition_subject(edition.pk),
        "plan.edition.compiled",
        {
            "statements": sum(1 for item in statements if item is not None),
            "tasks": len(tasks),
            "terms": len(compiled.glossary),
            "links": len(compiled.links),
            "contradictions": len(compiled.contradictions),
            "left_out": left_out,
        },
        actor=actor,
    )


def _keep_sections(edition: Edition, compiled: Compilation) -> None:
    Section.objects.bulk_create(
        [
            Section(
                edition=edition,
                position=position,
                title=item.title,
                number=item.number[:40],
                level=item.level,
                path=item.path,
                start=item.start,
                end=item.end,
                kind=item.kind,
                year=item.year,
            )
            for position, item in enumerate(compiled.sections)
        ],
        batch_size=_BATCH,
    )
    Term.objects.bulk_create(
        [
            Term(
                edition=edition,
                term=item.term[:200],
                explanation=item.explanation,
                start=item.start,
                end=item.end,
                aliases=list(item.aliases),
            )
            for item in compiled.glossary
        ],
        batch_size=_BATCH,
    )


def _keep_tasks(edition: Edition, compiled: Compilation) -> dict[str, Task]:
    rows: dict[str, Task] = {}
    for item in sorted(compiled.tasks, key=lambda task: (task.level, task.start)):
        rows[item.id] = Task(
            edition=edition,
            key=item.id[:40],
            parent=rows.get(item.parent) if item.parent else None,
            level=item.level,
            number=item.number[:40],
            title=item.title,
            text=item.text,
            start=item.start,
            end=item.end,
            section=item.section,
            kind=item.kind,
            year=item.year,
            deadline=(item.deadline or "")[:10],
            qualitative=item.qualitative,
            theme=item.themes[0] if item.themes else "",
            themes=list(item.themes),
            fingerprint=item.fingerprint[:64],
        )
    Task.objects.bulk_create(rows.values(), batch_size=_BATCH)
    return rows


def _keep_statements(
    edition: Edition, compiled: Compilation, tasks: dict[str, Task]
) -> tuple[list[Statement | None], int]:
    """The rows by the compiler's position (None where a number is too large), and how many."""
    rows: list[Statement | None] = [
        _statement(edition, position, item, tasks) if _fits(item) else None
        for position, item in enumerate(compiled.statements)
    ]
    kept = [row for row in rows if row is not None]
    Statement.objects.bulk_create(kept, batch_size=_BATCH)
    return rows, len(rows) - len(kept)


def _fits(item: Compiled) -> bool:
    numbers = [item.value] if item.value_from is None else [item.value, item.value_from]
    return all(abs(number) < _LARGEST for number in numbers) and len(item.unit) <= 40


def _statement(
    edition: Edition, position: int, item: Compiled, tasks: dict[str, Task]
) -> Statement:
    row = Statement(
        edition=edition,
        position=position,
        fingerprint=item.fingerprint[:64],
        task=tasks.get(item.task) if item.task else None,
        text=item.text,
        raw=item.raw,
        start=item.start,
        end=item.end,
        sentence_start=item.sentence_start,
        sentence_end=item.sentence_start + len(item.text),
        section=item.section,
        unit_raw=item.unit_raw[:40],
        subject=item.subject,
        measure=item.measure,
        comparator=item.comparator,
        value=item.value,
        value_from=item.value_from,
        unit=item.unit,
        kind=item.kind,
        basis=item.basis or "",
        year=item.year,
        deadline=(item.deadline or "")[:10],
        confidence=Decimal(str(round(item.confidence, 6))),
        theme=item.themes[0] if item.themes else "",
        themes=list(item.themes),
        flags=list(item.flags),
    )
    row.compiled = reading_of(row)
    return row


def _keep_relations(
    edition: Edition, compiled: Compilation, statements: Sequence[Statement | None]
) -> None:
    links = []
    for link in compiled.links:
        actual, target = statements[link.actual], statements[link.target]
        if actual is not None and target is not None:
            links.append(
                Link(
                    edition=edition,
                    actual=actual,
                    target=target,
                    score=Decimal(str(round(link.score, 6))),
                    below_actual=link.below_actual,
                )
            )
    Link.objects.bulk_create(links, batch_size=_BATCH, ignore_conflicts=True)
    conflicts = []
    for item in compiled.contradictions:
        first, second = statements[item.first], statements[item.second]
        if first is not None and second is not None:
            conflicts.append(
                Contradiction(edition=edition, first=first, second=second, reason=item.reason)
            )
    Contradiction.objects.bulk_create(conflicts, batch_size=_BATCH)


def contents(rows: Iterable[Statement]) -> list[Content]:
    """An edition's statements, in the order of the text, as matching needs them."""
    return [
        Content(row.pk, row.fingerprint, row.compiled, row.text, row.raw, bool(row.corrections))
        for row in rows
    ]


def relate(old: Edition, new: Edition) -> list[Pair]:
    """Say of every statement and task of `new` which of `old` it was; returns the pairs."""
    before = Statement.objects.filter(edition=old).order_by("position")
    rows = list(Statement.objects.filter(edition=new).order_by("position"))
    pairs = match(contents(before), contents(rows))
    by_id = {pair.new: pair for pair in pairs if pair.new is not None}
    for row in rows:
        pair = by_id[row.pk]
        row.previous_id = pair.old
        row.change = Change(pair.change)
    Statement.objects.bulk_update(rows, ["previous", "change"], batch_size=_BATCH)
    _relate_tasks(old, new)
    return pairs


def _relate_tasks(old: Edition, new: Edition) -> None:
    before = [
        Content(t.pk, t.fingerprint, {"kind": t.kind, "measure": t.title}, t.text)
        for t in Task.objects.filter(edition=old).order_by("start", "level")
    ]
    tasks = list(Task.objects.filter(edition=new).order_by("start", "level"))
    after = [
        Content(t.pk, t.fingerprint, {"kind": t.kind, "measure": t.title}, t.text) for t in tasks
    ]
    earlier = {pair.new: pair.old for pair in match(before, after) if pair.new is not None}
    for task in tasks:
        task.previous_id = earlier[task.pk]
    Task.objects.bulk_update(tasks, ["previous"], batch_size=_BATCH)


def unexpected(error: Exception) -> str:
    """What a person reads when a compilation broke off for a reason nobody foresaw."""
    return _("解析中断（%(error)s）。请把文件交给系统管理员检查。") % {
        "error": type(error).__name__
    }
