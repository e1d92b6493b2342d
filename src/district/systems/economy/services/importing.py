"""Workbooks come in: read and checked as a whole, then taken as a whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.measures.public import month_end
from district.kernel.organisation.public import authorise
from district.systems.economy.models import Series, SeriesImport
from district.systems.economy.names import IMPORT, IMPORT_SUBJECT
from district.systems.economy.reading import read_sheet
from district.systems.economy.rules.importing.checking import Checked, check_sheet
from district.systems.economy.rules.importing.indicators import Several, check_indicators
from district.systems.economy.rules.importing.layouts import Layout
from district.systems.economy.rules.importing.sheets import Sheet
from district.systems.economy.selectors.known import subject_of_sheet
from district.systems.economy.selectors.rights import import_for, owned_values, series_for
from district.systems.economy.selectors.settings import settings
from district.systems.economy.services.values import Recorded, Told, record_series_values


@transaction.atomic
def check_workbook(
    name: str, content: bytes, layout_key: str, *, status: str = "", actor: Actor
) -> SeriesImport:
    """Read a workbook after a layout and keep what was read, with all problems; no value is
    written yet.

    Raises NotPermitted, and Invalid on an unknown layout or a file that is no such workbook.
    """
    layout = settings().layouts.get(layout_key)
    if layout is None:
        raise Invalid("layout", _("没有这种表式。"), _("请从列表中选择。"))
    wanted = {key: series_for(key) for key in layout.all_series}
    for one in wanted.values():
        authorise(actor, IMPORT, owned_values(one, layout.source))
    series = wanted.get(layout.series)
    checked, rows = _read(read_sheet(name, content, layout), layout, wanted)
    row = SeriesImport.objects.create(
        series=series,
        layout=layout.key,
        file_name=name[:200],
        file_sha256=hashlib.sha256(content).hexdigest(),
        year=checked.year,
        unit=checked.unit[:20],
        source=layout.source,
        status=status or layout.status,
        rows=rows,
        problems=[
            {"cell": one.cell, "code": one.code, "params": dict(one.params), "kind": one.kind}
            for one in checked.problems
        ],
        errors=len(checked.errors),
        doubts=len(checked.problems) - len(checked.errors),
        numbers=sum(len(one["numbers"]) for one in rows),
        actor_id=str(actor.id),
        actor_name=actor.name[:80],
        sent_at=clock.now(),
    )
    told = {
        "layout": layout.key, "file": row.file_sha256, "errors": row.errors,
        "doubts": row.doubts, "numbers": row.numbers,
    }  # fmt: skip
    record(import_subject(row), "economy.import.checked", told, actor=actor)
    return row


def _read(
    sheet: Sheet, layout: Layout, wanted: Mapping[str, Series]
) -> tuple[Checked | Several, list[dict[str, Any]]]:
    """What a sheet says and what is wrong with it, and its readings as they are kept."""
    series = wanted.get(layout.series)
    if series is None:
        subjects = {key: subject_of_sheet(one, layout) for key, one in wanted.items()}
        several = check_indicators(sheet, layout, subjects)
        return several, [row for key, one in several.read.items() for row in _rows(one, series=key)]
    if series.frequency == "quarterly" and layout.shape == "year" and not layout.cumulative:
        raise Invalid("layout", _("这个指标只有累计数。"), _("请在区数据中改正表式。"))
    checked = check_sheet(sheet, layout, subject_of_sheet(series, layout))
    return checked, list(_rows(checked))


def import_subject(row: SeriesImport) -> Subject:
    """How history calls an import."""
    return Subject(IMPORT_SUBJECT, str(row.pk))


def _rows(checked: Checked, **more: str) -> Iterator[dict[str, Any]]:
    for (member, first, last), read in checked.read.items():
        yield {
            "member": member,
            "first": first,
            "last": last,
            "numbers": {kind: str(number) for kind, number in read.numbers.items()},
            "cells": dict(read.cells),
            **more,
        }


@transaction.atomic
def accept_import(
    key: object, *, reason: str = "", seen: int | None = None, actor: Actor
) -> SeriesImport:
    """Write everything that an import read.

    Raises Conflict where it has errors, or was decided or changed meanwhile; Invalid where it has
    doubts and no `reason` is given.
    """
    row, layout = _open(key, seen, actor)
    if row.errors or row.year is None:
        raise Conflict(_("还有错误，不能导入。请改好文件后重新上传。"))
    if row.doubts and not reason.strip():
        raise Invalid(
            "reason",
            _("有疑点的数据要说明原因才能导入。"),
            _("请写明核对情况，例如“已与市局核对，为核减所致”。"),
        )
    done = Recorded(0, 0, 0)
    for key, of_series in groupby(row.rows, key=lambda one: str(one.get("series", layout.series))):
        told = [_told(one, row.year, layout) for one in of_series]
        done += record_series_values(
            series_for(key),
            [one for one in told if one.value is not None or one.growth is not None],
            source=row.source,
            status=row.status,
            source_name=row.file_name,
            note=reason.strip(),
            actor=actor,
        )
    row.state, row.reason = SeriesImport.State.DONE, reason.strip()[:400]
    row.fresh, row.revised, row.decided_at = done.fresh, done.revised, clock.now()
    save_versioned(row)
    data = {"fresh": done.fresh, "revised": done.revised, "unchanged": done.unchanged}
    record(import_subject(row), "economy.import.accepted", data, actor=actor, note=row.reason)
    return row


def _open(key: object, seen: int | None, actor: Actor) -> tuple[SeriesImport, Layout]:
    row = import_for(key)
    authorise(actor, IMPORT, owned_values(row.series, row.source))
    if row.state != SeriesImport.State.CHECKED or (seen is not None and row.version != seen):
        raise Conflict(_("这次导入已经处理过了。"))
    layout = settings().layouts.get(row.layout)
    if layout is None:
        raise Conflict(_("这种表式已停用。请重新上传。"))
    return row, layout


def _told(one: dict[str, Any], year: int, layout: Layout) -> Told:
    numbers: dict[str, Any] = {kind: Decimal(text) for kind, text in one["numbers"].items()}
    place = {layout.dimension: one["member"]} if layout.dimension and one["member"] else {}
    return Told(
        date(year, int(one["first"]), 1),
        month_end(year, int(one["last"])),
        **numbers,
        **place,
    )


@transaction.atomic
def drop_import(key: object, *, actor: Actor) -> SeriesImport:
    """Leave an import be: nothing of it is written. Conflict where it was decided meanwhile."""
    row, _layout = _open(key, None, actor)
    row.state, row.decided_at = SeriesImport.State.DROPPED, clock.now()
    save_versioned(row, ["state", "decided_at"])
    record(import_subject(row), "economy.import.dropped", {}, actor=actor)
    return row
