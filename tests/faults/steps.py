"""Run by the fault tests in processes of their own: fills an installation, says what it holds.

`template.py` runs them; what a step returns is printed as one line of JSON.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.faults.alarm_steps import alarms_told, prepare_alarms, prepare_devices

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.faults.settings")
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "districts" / "longgang" / "report-2025.md"


def prepare(_given: Any) -> dict[str, Any]:
    """Tables, a small district, people with sessions, a filing that is owed."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from district.kernel.base import clock
    from district.kernel.measures.public import (
        DutySpec,
        Filing,
        MeasureSpec,
        ensure_measures,
        open_period,
        save_duty,
    )
    from district.kernel.organisation.public import actor_for, load_units
    from district.kernel.plan.public import create_report
    from district.kernel.tracking.public import load_announcement, save_calendar
    from district.testing.dummy import demo
    from district.testing.dummy.tests.conftest import CALENDARS, LOADER, UNITS

    load_units(UNITS, actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    for year in (2024, 2025, 2026):
        load_announcement((CALENDARS / f"{year}.csv").read_bytes(), year, actor=LOADER)
    planner, planner_session = _member("planner", "9", "planner")
    _officer, officer_session = _member("officer", "901", "officer")
    ensure_measures([MeasureSpec("investment", "固定资产投资额", unit="亿元")], actor=LOADER)
    since = clock.today() - timedelta(days=70)
    save_duty(DutySpec("investment", "901", since), actor=LOADER)
    open_period(actor=LOADER)
    report = create_report("9", 2025, "2025年计划", actor=actor_for(planner))
    lamps = demo.lamps("901", actor=LOADER)
    return {
        "planner": planner_session,
        "officer": officer_session,
        "report": str(report.pk),
        "filing": str(Filing.objects.earliest("period_end").pk),
        "lamp": str(lamps[0].pk),
    }


def _member(name: str, unit: str, role: str) -> Any:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User

    from district.kernel.organisation.public import create_member
    from district.kernel.sessions.store import SessionStore
    from district.testing.dummy.tests.conftest import LOADER

    member = create_member("石立春", unit, role, actor=LOADER)
    member.user = User.objects.create(username=name)
    member.save()
    session = SessionStore()
    session[SESSION_KEY] = str(member.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.create()
    return member, session.session_key


def upload(given: Any) -> dict[str, Any]:
    """The sample report `times` over as a new edition; long ones go to the worker."""
    from district.kernel.organisation.public import Member, actor_for
    from district.kernel.plan.public import add_edition

    planner = Member.objects.get(user__username="planner")
    text = "\n\n".join([SAMPLE.read_text(encoding="utf-8")] * given["times"])
    edition = add_edition(
        given["report"], text.encode(), f"{given['times']}.md", actor=actor_for(planner)
    )
    return {"edition": str(edition.pk), "state": edition.state, "characters": len(text)}


def edition(given: Any) -> dict[str, Any]:
    """What became of an edition."""
    from district.kernel.history.public import events_of
    from district.kernel.plan.models import Edition, Section, Statement, Task
    from district.kernel.plan.subjects import edition_subject

    row = Edition.objects.get(pk=given["edition"])
    places = Statement.objects.filter(edition=row).values_list("position", flat=True)
    return {
        "state": row.state,
        "progress": row.progress,
        "problem": row.problem,
        "statements": len(places),
        "twice": [place for place, n in Counter(places).items() if n > 1],
        "sections": Section.objects.filter(edition=row).count(),
        "tasks": Task.objects.filter(edition=row).count(),
        "kinds": [event.kind for event in events_of(edition_subject(row.pk))],
    }


def proposed(given: Any) -> list[list[Any]]:
    """Statements that wait for a decision, with their versions."""
    from district.kernel.plan.models import Statement

    rows = Statement.objects.filter(edition=given["edition"], state="proposed")
    return [[str(key), version] for key, version in rows.values_list("pk", "version")]


def decided(given: Any) -> dict[str, Any]:
    """Each statement's state beside its events; history as a whole."""
    from district.kernel.history.models import Event
    from district.kernel.plan.models import Commitment, Statement
    from district.kernel.tracking.public import TrackedRow

    rows = dict(Statement.objects.filter(edition=given["edition"]).values_list("pk", "state"))
    events = Counter(
        Event.objects.filter(kind="plan.statement.confirmed").values_list("subject_id", flat=True)
    )
    made = Counter(
        str(key)
        for key in Commitment.objects.exclude(statement=None).values_list("statement", flat=True)
    )
    tracked = set(
        TrackedRow.objects.filter(subject_type="plan.commitment").values_list(
            "subject_id", flat=True
        )
    )
    return {
        "confirmed": [str(key) for key, state in rows.items() if state == "confirmed"],
        "events": dict(events),
        "commitments": dict(made),
        "tracked": len(tracked),
        **verified({}),
    }


def verified(_given: Any) -> dict[str, Any]:
    """Whether history is sound, after sealing what is pending."""
    from district.kernel.history.public import seal_all, verify

    seal_all()
    report = verify()
    return {"sound": report.sound, "problems": [str(problem) for problem in report.problems[:3]]}


def lamp_faults(given: Any) -> int:
    """Report that many faults: each leaves a message for a consumer."""
    from district.testing.dummy.services import report_fault
    from district.testing.dummy.tests.conftest import LOADER

    for number in range(given["count"]):
        report_fault(given["lamp"], f"故障{number}", actor=LOADER)
    return int(given["count"])


def delivered(_given: Any) -> dict[str, Any]:
    """Which messages were handled how often, and how far sealing has come."""
    from district.kernel.history.models import ConsumerState, Event, OutboxMessage, SealedEvent
    from district.kernel.notifications.models import Notification
    from district.testing.dummy.services import REPORTED

    messages = OutboxMessage.objects.filter(topic=REPORTED)
    told = Counter(
        Notification.objects.filter(
            subject__startswith="dummy.fault:", title__startswith="路灯报修"
        ).values_list("subject", flat=True)
    )
    last = messages.order_by("-position").values_list("position", flat=True).first()
    state = ConsumerState.objects.filter(name="dummy.tell_officers").first()
    positions = list(
        OutboxMessage.objects.exclude(position=None)
        .order_by("position")
        .values_list("position", flat=True)
    )
    return {
        "messages": sorted(messages.values_list("subject", flat=True)),
        "told": dict(told),
        # A consumer may stand beyond them: it passes over messages of others.
        "behind": max((last or 0) - (state.position if state else 0), 0),
        "unplaced": OutboxMessage.objects.filter(position=None).count(),
        "gaps": positions != list(range(1, len(positions) + 1)),
        "unsealed": Event.objects.count() - SealedEvent.objects.count(),
    }


def evidence(given: Any) -> dict[str, Any]:
    """Rows of evidence and the files that lie where evidence is kept."""
    from district.kernel.measures.models import Evidence
    from district.kernel.measures.services.evidence import storage

    folder = Path(storage().location)
    files = {path.name: path.stat().st_size for path in folder.glob("*")} if folder.exists() else {}
    rows = {row.stored: row.size for row in Evidence.objects.filter(filing=given["filing"])}
    return {"rows": rows, "files": files}


def an_hour_later(_given: Any) -> int:
    """What the worker's periodic job does once the hour for a compilation has passed."""
    from district.kernel.base import clock
    from district.kernel.plan.jobs import give_up_compiling

    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        return give_up_compiling()


def tasks(_given: Any) -> list[list[Any]]:
    """The queue: what, in which state, how often tried."""
    from django_tasks_db.models import DBTaskResult

    return [[row.task_name, row.status, len(row.worker_ids)] for row in DBTaskResult.objects.all()]


def prepare_cases(_given: Any) -> dict[str, str]:
    """What cases need besides: calendars, a desk, a street's people; their sessions."""
    from district.kernel.tracking.public import save_calendar
    from district.testing.dummy.tests.conftest import LOADER

    save_calendar("24x7", kind="24x7", name="全天候", actor=LOADER)
    hours = (("09:00", "12:00"), ("14:00", "18:00"))
    save_calendar("working_hours", kind="working_hours", name="工作时间", hours=hours, actor=LOADER)
    return {
        "desk": _member("desk", "9", "duty_officer")[1],
        "street": _member("street", "901", "officer")[1],
        "head": _member("head", "901", "unit_head")[1],
    }


def report_cases(given: Any) -> int:
    """Report cases one after another until killed; each that was answered is a line in a file."""
    from district.kernel.cases.public import Contact, Report, report_case
    from district.kernel.history.public import Actor

    with Path(given["answers"]).open("a", encoding="utf-8") as answers:
        for number in range(given["count"]):
            key = f"{given['run']}-{number}"
            report = Report("request", f"第{key}单：桥头路口垃圾堆了三天", street="901")
            contact = Contact("张三", "13800138000")
            done = report_case(report, actor=Actor.anonymous(), contact=contact, key=key)
            answers.write(f"{key} {done.case.pk}\n")
            answers.flush()
    return int(given["count"])


def cases_told(_given: Any) -> dict[str, Any]:
    """All cases, and everything that must agree about each."""
    from district.kernel.cases.models import Case, CaseStep, Reporter
    from district.kernel.history.models import Event, OutboxMessage
    from district.kernel.history.public import seal_all
    from district.kernel.notifications.models import Notification
    from district.kernel.tracking.public import TrackedRow

    seal_all()
    changed = Counter(
        OutboxMessage.objects.filter(topic="cases.changed").values_list("subject", flat=True)
    )
    acted = Counter(
        Event.objects.filter(kind="cases.case.acted").values_list("subject_id", flat=True)
    )
    reported = Counter(
        Event.objects.filter(kind="cases.case.reported").values_list("subject_id", flat=True)
    )
    reporters = Counter(map(str, Reporter.objects.values_list("case_id", flat=True)))
    clocks = Counter(
        key.split(".")[0]
        for key in TrackedRow.objects.filter(subject_type="cases.clock", state="open").values_list(
            "subject_id", flat=True
        )
    )
    notices = Counter(
        Notification.objects.filter(subject__startswith="cases.case:").values_list(
            "subject", flat=True
        )
    )
    steps: dict[str, list[str]] = {}
    for case, action in CaseStep.objects.order_by("at", "id").values_list("case_id", "action"):
        steps.setdefault(str(case), []).append(action)
    return {
        "unplaced": OutboxMessage.objects.filter(position=None).count(),
        "cases": {
            str(case.pk): {
                "key": case.key,
                "stage": case.stage,
                "version": case.version,
                "steps": steps.get(str(case.pk), []),
                "acted": acted[str(case.pk)],
                "reported": reported[str(case.pk)],
                "reporters": reporters[str(case.pk)],
                "changed": changed[f"cases.case:{case.pk}"],
                "clocks": clocks[str(case.pk)],
                "notices": notices[f"cases.case:{case.pk}"],
            }
            for case in Case.objects.all()
        },
        **verified({}),
    }


def sensors(_given: Any) -> dict[str, Any]:
    """A demo with simulated sensors and a fire that has burnt for three minutes."""
    from django.conf import settings

    from district.kernel.base import clock
    from district.kernel.organisation.public import actor_for
    from district.simulation.installing import give_secrets, install
    from district.simulation.services import start_scenario
    from district.simulation.streams import simulated
    from district.simulation.tests.conftest import THINGS

    install([each for each in THINGS if each.unit == "901"])
    give_secrets(settings.VAR)
    duty, _session = _member("duty", "9", "duty_officer")
    with clock.moved_to(clock.now() - timedelta(minutes=3)):
        start_scenario("fire", "LH-1", 20, actor=actor_for(duty))
    return {f"{row.stream.key}.{row.stream.kind}": row.stream.number for row in simulated()}


def quarantined(_given: Any) -> dict[str, int]:
    """How many readings are in quarantine, by reason."""
    from django.db.models import Sum

    from district.kernel.sensing.public import Quarantined

    rows = Quarantined.objects.order_by().values_list("reason").annotate(n=Sum("count"))
    return dict(rows)


STEPS: dict[str, Callable[[Any], Any]] = {
    step.__name__: step
    for step in (
        prepare, upload, edition, proposed, decided, verified, lamp_faults, delivered, evidence,
        tasks, an_hour_later, prepare_cases, report_cases, cases_told, prepare_alarms, alarms_told,
        sensors, quarantined, prepare_devices,
    )
}  # fmt: skip
