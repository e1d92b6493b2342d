"""Run by test_switching_off.py in a process of its own: fills a database, or looks at one.

Which systems are switched on is a setting, read once when Django starts. Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from unittest import mock

import django

PAGES = (
    "/dummy/",
    "/registers/dummy-lamps/",
    "/units/901/",
    "/registers/tracking-rows/",
    "/registers/posts/",
    "/measures/",
    "/measures/dummy_repaired/",
    "/plan_tracking/",
    "/notifications/",
)


def main(step: str) -> dict[str, Any]:
    """Bring the tables up to the systems in use, then do the step."""
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", verbosity=0, interactive=False)
    from district.testing.moments import moment

    later = "2025-09-25 09:00" if step == "look" else "2025-09-22 09:00"
    with mock.patch("district.kernel.base.clock.now", return_value=moment(later)):
        return look() if step == "look" else fill()


def fill() -> dict[str, Any]:
    """A district, an officer with a log-in, two lamps, a fault that is open and one repaired."""
    from django.contrib.auth.models import User

    from district.kernel.history.jobs import seal_and_deliver
    from district.kernel.measures.jobs import compute
    from district.kernel.organisation.public import actor_for, create_member, load_units
    from district.kernel.tracking.public import load_announcement, save_calendar
    from district.testing.dummy import demo
    from district.testing.dummy.services import repair_fault, report_fault
    from district.testing.dummy.tests.conftest import CALENDARS, LOADER, UNITS

    load_units(UNITS, actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    for year in (2024, 2025, 2026):
        load_announcement((CALENDARS / f"{year}.csv").read_bytes(), year, actor=LOADER)
    for name, unit, role in (
        ("officer", "901", "officer"),
        ("planner", "9", "planner"),
        ("auditor", "9", "auditor"),
    ):
        member = create_member("石立春", unit, role, actor=LOADER)
        member.user = User.objects.create(username=name)
        member.save()
        if role == "officer":
            actor = actor_for(member)
    _first, second = demo.lamps("901", actor=LOADER)
    fault = report_fault(second.pk, "灯罩破损", actor=actor)
    repair_fault(fault.pk, fault.version, actor=actor)
    seal_and_deliver()
    compute()
    return {"lamps": _lamps()}


def look() -> dict[str, Any]:
    """Sweep, deliver, compute as the worker does, then open pages as people do."""
    from io import StringIO

    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from district.kernel.history.jobs import seal_and_deliver
    from district.kernel.history.public import verify
    from district.kernel.measures.jobs import compute
    from district.kernel.tracking.public import TrackedRow, sweep

    sweep()
    seal_and_deliver()
    compute()
    clients = {name: Client() for name in ("officer", "planner", "auditor")}
    for name, client in clients.items():
        client.force_login(User.objects.get(username=name))
    officer, planner, auditor = clients.values()
    unit = officer.get("/units/901/").content.decode()
    plan = StringIO()
    call_command("migrate", plan=True, stdout=plan, verbosity=0, interactive=False)
    row = TrackedRow.objects.get(subject_type="dummy.fault", state="open")
    pages = {page: planner.get(page).status_code for page in PAGES}
    pages["/history/"] = auditor.get("/history/").status_code
    pages["tracked"] = planner.get(reverse("tracked", args=[row.pk]), follow=True).status_code
    return {
        "lamps": _lamps(),
        "pages": pages,
        "rail": 'href="/dummy/"' in unit,
        "card": "待修路灯" in unit,
        "light": row.light,
        "history": verify().sound,
        "migrations_missing": "dummy" in plan.getvalue(),
    }


def _lamps() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sys_dummy_lamp")
        row = cursor.fetchone()
    return int(row[0])


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
