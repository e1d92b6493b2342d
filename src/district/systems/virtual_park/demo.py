"""The system's part of a demo: invented representatives of three firms, a claim, activities; and
more firms that have filed returns and may be found (`demo_past`).

Everything goes through the services, the clock standing where it happened; where a firm is bound
already, nothing is added. The log-ins are written beside the demo's others, readable by their
owner only.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from PIL import Image

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, units
from district.systems.enterprises.public import EnterpriseRef, enterprises_by_ids
from district.systems.policies.public import pushes_per_enterprise
from district.systems.virtual_park.demo_past import let_find, play_past
from district.systems.virtual_park.models import Activity, Firm
from district.systems.virtual_park.names import DEMO_FIRMS
from district.systems.virtual_park.rules.roles import ParkRole
from district.systems.virtual_park.selectors.acting import Acting, awake
from district.systems.virtual_park.services.activities import (
    NewActivity,
    do_push,
    publish_activity,
    save_activity,
    start_push,
)
from district.systems.virtual_park.services.claims import NewClaim, make_claim
from district.systems.virtual_park.services.codes import (
    accept_invitation,
    invite,
    invite_manager,
)
from district.systems.virtual_park.services.doing import Raised, raise_request
from district.systems.virtual_park.services.firms import Person
from district.systems.virtual_park.services.registering import register

Row = Mapping[str, Any]
_LOADER = Actor.system("demo")
#: So many of those told of policies are looked at for companies.
_LOOKED_AT = 60


def play(time: DemoTime) -> Iterator[str]:
    """Play it before `time.starts_at`; twice adds nothing."""
    path = time.files.get("virtual_park")
    if path is None or Firm.objects.exists():
        return
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    refs = _companies()
    password = _password()
    firms = [(row, refs[row["rank"]]) for row in data["firms"] if row["rank"] < len(refs)]
    with clock.moved_to(time.starts_at - timedelta(days=30)):
        logins = [login for row, ref in firms for login in _bind(row, ref, password)]
    activities = [_activity(row, time) for row in data["activities"]]
    others, filed = play_past(path.parent, data, time)
    for row, ref in firms:
        _do(row, ref, activities, time)
        let_find(_acting(ref), row, time)
    with clock.moved_to(time.starts_at - timedelta(hours=20)):
        for row in data["claims"]:
            if row["rank"] < len(refs):
                _claim(row, refs[row["rank"]])
    _write(logins)
    told = sum(one.pushed for one in Activity.objects.all())
    yield (
        f"virtual_park: {len(firms)} firms, {len(activities)} activities, {told} told, "
        f"{others} more firms, {filed} returns filed"
    )


def _companies() -> Sequence[EnterpriseRef]:
    """Companies by how many policies they were told of; with equal numbers by their code."""
    counted = pushes_per_enterprise(_LOOKED_AT)
    refs = enterprises_by_ids(counted)
    rows = [ref for ref in refs.values() if ref.kind == "company" and ref.status == "active"]
    return sorted(rows, key=lambda ref: (-counted[str(ref.id)], ref.code))


def _password() -> str:
    """The password of the demo's other log-ins; a fresh one where there is none."""
    path = settings.VAR / "demo-logins.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return str(known[0]["password"]) if known else secrets.token_urlsafe(9)


def _bind(row: Row, ref: EnterpriseRef, password: str) -> Iterator[dict[str, Any]]:
    made = invite_manager(ref.code, Person(row["name"], row["phone"]), actor=_LOADER)
    accept_invitation(row["phone"], made.code, password)
    yield _login(row["phone"], password, ref, [ParkRole.MANAGER.value])
    for one in row.get("colleagues", ()):
        found = invite(_acting(ref), Person(one["name"], one["phone"]), one["roles"])
        accept_invitation(one["phone"], found.code, password)
        yield _login(one["phone"], password, ref, one["roles"])


def _login(phone: str, password: str, ref: EnterpriseRef, roles: Sequence[str]) -> dict[str, Any]:
    labels = {role.value: str(role.label) for role in ParkRole}
    words = "、".join(labels[role] for role in roles)
    facts = {"phone": phone, "password": password, "role": words, "unit": ref.name}
    return {**facts, "roles": list(roles)}


def _acting(ref: EnterpriseRef) -> Acting:
    """The manager of a firm."""
    firm = Firm.objects.get(code=ref.code)
    rows = firm.mandates.filter(ended_at=None).select_related("firm", "representative")
    return awake(rows.order_by("granted_at", "pk")[:1])[0]


def _activity(row: Row, time: DemoTime) -> Activity:
    codes = {unit.display_short: unit.pk for unit in units() if unit.level != Level.COMMUNITY}
    starts = time.starts_at + timedelta(days=row["in_days"], hours=5)
    new = NewActivity(
        title=row["title"],
        text=row["text"],
        place=row["place"],
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        closes_at=starts - timedelta(days=2),
        seats=row["seats"],
        where=row["where"],
    )
    with clock.moved_to(time.starts_at - timedelta(days=2)):
        made = save_activity(new, unit=codes[row["unit"]], actor=_LOADER)
        publish_activity(made.pk, actor=_LOADER)
        start_push(made.pk, actor=_LOADER, enqueue=str)
        return do_push(str(made.pk))


def _do(row: Row, ref: EnterpriseRef, activities: Sequence[Activity], time: DemoTime) -> None:
    for one in row.get("requests", ()):
        with clock.moved_to(time.starts_at - timedelta(days=one["days"])):
            raised = Raised(one["kind"], one["industry"], one["text"])
            raise_request(_acting(ref), raised, [])
    with clock.moved_to(time.starts_at - timedelta(days=1)):
        for activity, persons in zip(activities, row.get("registers", ()), strict=False):
            register(_acting(ref), activity.pk, min(persons, 20))


def _claim(row: Row, ref: EnterpriseRef) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (640, 900), "white").save(picture, "PNG")
    key = f"park_claim:demo-{ref.code}"
    new = NewClaim(key, ref.code, row["name"], row["phone"], row["text"])
    make_claim(new, [("营业执照（演示）.png", picture.getvalue())])


def _write(logins: list[dict[str, Any]]) -> None:
    handle = os.open(settings.VAR / DEMO_FIRMS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(logins, file, ensure_ascii=False, indent=1)


declare_demo("virtual_park", play, file="virtual_park")
