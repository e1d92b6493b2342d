"""Opens every page of a filled installation and counts its SQL; runs inside that installation."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from district.kernel.history.public import Actor
from district.kernel.measures.public import Filing, MeasureValue
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import Assignment, Member
from district.kernel.plan.public import (
    Commitment,
    Edition,
    Report,
    Statement,
    add_edition,
    propose_adjustment,
    report_progress,
)
from district.kernel.registers.public import Register, register_of, registers
from district.kernel.supervision.public import (
    CircularEntry,
    Run,
    assign_run,
    circulate,
    start_run,
)
from district.kernel.tracking.public import TrackedRow

#: Addresses that show no page to a planner: files, tiles, health, the switch of languages, a
#: page for developers, and imports (no register of the product takes any so far).
_NO_PAGE = {
    "set_language",
    "logout",
    "scheme",
    "healthz",
    "ui_components",
    "areas_geojson",
    "areas_map",
    "register_map",
    "register_geojson",
    "register_import",
    "register_import_template",
    "register_import_run",
    "register_import_commit",
    "openapi-json",
    "api-root",
    "filing_evidence",
    "plan_progress_evidence",
}
_OTHERS = ("load-supervisor", "load-administrator")
_TABS = ("all", "overdue", "red", "mine", "unowned")


def count(made: dict[str, Any]) -> dict[str, Any]:
    """Statements and milliseconds of each page by address, pages that no argument is known for,
    and what the peer costs. `made` is what `population.populate` returned."""
    warnings.simplefilter("ignore")  # the test client knows no collected assets
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    member = Member.objects.get(user__username=made["planner"])
    arguments = _things(made, member)
    # What a planner may not open, those who may open it do.
    clients = [_client(name) for name in (made["planner"], *_OTHERS)]
    pages: dict[str, tuple[int, int, float]] = {}
    missing = []
    for name, wanted in _addresses():
        if name in _NO_PAGE:
            continue
        found: list[dict[str, Any]] | None = arguments.get(name, None if wanted else [{}])
        if found is None:
            missing.append(name)
            continue
        for one in found:
            for client in clients:
                status, statements, taken = _open(client, reverse(name, kwargs=one))
                if status != 403:
                    break
            if status not in (302, 405):  # a shortcut, or an address that only writes
                detail = "-".join(str(v) for k, v in one.items() if k in ("tab", "key"))
                pages[f"{name} {detail}".strip()] = (status, statements, taken)
    return {"pages": pages, "missing": sorted(set(missing)), "peer": _plain()}


def _client(username: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=username))
    return client


def _open(client: Client, address: str) -> tuple[int, int, float]:
    """Status, statements and milliseconds of one warm request."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        began = time.perf_counter()
        answer = client.get(address)
        taken = (time.perf_counter() - began) * 1000
    return answer.status_code, len(caught), round(taken, 1)


def _addresses() -> Iterator[tuple[str, bool]]:
    """Name of every address, and whether it takes arguments."""

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, bool]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace is None:
                    yield from walk(pattern.url_patterns)
            elif pattern.name:
                yield pattern.name, bool(pattern.pattern.converters)

    return walk(get_resolver().url_patterns)


def _things(made: dict[str, Any], planner: Member) -> dict[str, list[dict[str, Any]]]:
    """Arguments of every address that takes some, after a little of everything was done."""
    actor = Actor("member", str(planner.pk), planner.name)
    number = Commitment.objects.get(pk=made["number"])
    run, circular = _supervised(number)
    adjustment = propose_adjustment(
        number.pk, reason="压力测试", value=(number.value or Decimal(0)) + 1, actor=actor
    )
    task = Commitment.objects.filter(value=None, state="active").exclude(pk=made["parent"])[0]
    report_progress(task.pk, percent=50, text="压力测试", actor=Actor.system("plan"))
    (told,) = notify([planner], "压力测试")
    report = Report.objects.get(pk=made["report"])
    edition, amended = _amended(report)
    statement = Statement.objects.filter(edition=edition).order_by("position")[0]
    post = Assignment.objects.filter(member=planner)[0]
    value = MeasureValue.objects.filter(measure=made["measure"], superseded_by=None)[0]
    filing = Filing.objects.get(pk=made["filing"])
    of_commitment = [{"commitment_id": number.pk}, {"commitment_id": task.pk}]
    found: dict[str, list[dict[str, Any]]] = {
        "unit": [{"code": made["unit"]}],
        "subject": [{"type_": "plan.commitment", "id_": str(number.pk)}],
        "notification_open": [{"notification_id": told.pk}],
        "notification_read": [{"notification_id": told.pk}],
        "channel_test": [{"channel_id": told.pk}],
        "channel_remove": [{"channel_id": told.pk}],
        "tracked": [{"row_id": number.tracked_id}],
        "register_list": [{"key": one.key} for one in registers()],
        "register_detail": [d for one in registers() for d in _detail(one)],
        "list_rows": [{"key": one.key} for one in registers()],
        "one_row": [d for one in registers() for d in _detail(one)],
        "filing": [{"filing_id": filing.pk}],
        "filing_evidence_add": [{"filing_id": filing.pk}],
        "filing_evidence_remove": [{"evidence_id": filing.pk}],
        "measure": [{"key": made["measure"]}],
        "measure_revise": [{"key": made["measure"], "value_id": value.pk}],
        "plan_statement": [{"statement_id": statement.pk}],
        "plan_statement_panel": [{"statement_id": statement.pk}],
        "plan_difference": [{"edition_id": amended.pk}],
        "plan_decide": [{"edition_id": edition.pk, "statement_id": statement.pk}],
        "plan_commitments_tab": [{"tab": tab} for tab in _TABS],
        "plan_adjustment_decide": [{"commitment_id": number.pk, "adjustment_id": adjustment.pk}],
        "plan_circular": [{"circular_id": circular}],
        "plan_run": [{"run_id": run.pk}],
        "member_end_post": [{"member_id": planner.pk, "post_id": post.pk}],
    }
    shared: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "member_id": lambda: [{"member_id": planner.pk}],
        "commitment_id": lambda: of_commitment,
        "report_id": lambda: [{"report_id": report.pk}],
        "edition_id": lambda: [{"edition_id": edition.pk}],
    }
    for pattern in _all_patterns():
        takes = list(pattern.pattern.converters)
        if pattern.name and len(takes) == 1 and takes[0] in shared:
            found.setdefault(pattern.name, shared[takes[0]]())
    return found


def _all_patterns() -> Iterator[URLPattern]:
    waiting = list(get_resolver().url_patterns)
    while waiting:
        pattern = waiting.pop()
        if isinstance(pattern, URLResolver):
            waiting.extend(pattern.url_patterns)
        else:
            yield pattern


def _detail(register: Register) -> list[dict[str, Any]]:
    """One row of a register, where it has any and has pages of its own."""
    rows = register_of(register.key).model
    model = rows if not isinstance(rows, str) else None
    first = model._default_manager.first() if model is not None else None
    if first is None:
        return []
    return [{"key": register.key, "row_id": getattr(first, register.id_path, first.pk)}]


def _supervised(number: Commitment) -> tuple[Run, Any]:
    """A run on the commitment, one that is late, and a circular that names the late one."""
    post = Assignment.objects.select_related("member").filter(role="supervisor")[0]
    supervisor = Actor("member", str(post.member_id), post.member.name)
    if number.tracked_id is None:
        raise RuntimeError(f"{number.pk} is not tracked")
    late = TrackedRow.objects.filter(light="red").exclude(pk=number.tracked_id)[0]
    runs = []
    for row in (number.tracked_id, late.pk):
        run = start_run(row, origin="压力测试", actor=supervisor)
        runs.append(assign_run(run.pk, demand="压力测试", days=5, actor=supervisor))
    # A clock that began long ago: nobody can wait five working days here.
    TrackedRow.objects.filter(pk=late.pk).update(due_at=late.created_at)
    circulate([runs[1].pk], title="压力测试", text="压力测试", actor=supervisor)
    return runs[0], CircularEntry.objects.get(run=runs[1]).circular_id


def _amended(report: Report) -> tuple[Edition, Edition]:
    """The report's edition in force and an amended one before it is accepted."""
    first = Edition.objects.get(report=report, state="current")
    loader = Actor.system("loading")
    second = add_edition(report.pk, f"{first.text}\n".encode(), "amended.md", actor=loader)
    return first, second


def _plain() -> int:
    """Statements of the first 25 commitments written plainly: every relation is followed."""
    with CaptureQueriesContext(connection) as caught:
        for row in Commitment.objects.filter(deadline__gte=date(2000, 1, 1))[:25]:
            related = (row.lead_unit, row.leader, row.contact, row.measure, row.tracked)
            [str(one) for one in related]
    return len(caught)
