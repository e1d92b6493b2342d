"""What members do all day: they look, and do the next thing that the product lets them do."""

from __future__ import annotations

import random
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from benchmarks.year.day.forms import Sending, filled, form_values
from benchmarks.year.day.members import Member, Members, Nothing, Refused, pages_of
from benchmarks.year.day.photos import another
from benchmarks.year.day.tally import Tally
from benchmarks.year.day.visitor import Reply
from benchmarks.year.day.workbooks import growth_workbook

#: Where the queues of a type are.
_DESKS = {
    "appeal": "/appeals/", "enterprise_request": "/enterprise_requests/",
    "business_complaint": "/enterprise_requests/", "mediation": "/disputes/",
}  # fmt: skip
_CASE = r"^/cases/[0-9a-f-]{36}/$"
#: Of a hundred pages so many are opened from the page that is open, the others from the menu.
_ONWARD = 40
#: Of a hundred so many are these.
_OVER_ALL = 8
_OVERVIEW = (
    "/plan_tracking/", "/operations_centre/", "/operations_centre/map/", "/sensing/map/",
    "/appeals/daily-five/", "/early_warning/", "/economy/",
)  # fmt: skip
_SENT = (302, 303)
#: So many places are looked at before there is nothing to do.
_TURNS = 8
#: So many cases are handled from a queue before it is opened again.
_IN_A_ROW = 3


@dataclass
class Offices:
    """The work of members; each thing has one outcome in the tally. `now` is the district's local
    time, `work` what there is to work on and who may (`inside.prepare`)."""

    members: Members
    tally: Tally
    rng: random.Random
    now: Callable[[], datetime]
    pictures: list[bytes]
    work: dict[str, Any]
    _locks: dict[str, Lock] = field(default_factory=dict)

    def do(self, source: str) -> None:
        """One thing of that kind."""
        acts: dict[str, Callable[[], dict[str, Any] | None]] = {
            "page": self._look, "action": self._act, "filing": self._file, "push": self._push,
            "enterprise": self._change, "import": self._import, "warning": self._warn,
        }  # fmt: skip
        try:
            fact = acts[source]()
        except Refused as error:
            self.tally.outcome(source, "failed" if error.failed else "refused", str(error))
        except Nothing as error:
            self.tally.outcome(source, "idle", str(error))
        else:
            self.tally.outcome(source, "done", fact=fact)

    # Looking ------------------------------------------------------------------------------------

    def _look(self) -> None:
        """A list, board or page of the menu, or one that such a page leads to; now and then the
        pages that show the whole district."""
        overview = self.rng.randrange(100) < _OVER_ALL
        with self.members.one("overview" if overview else "") as member:
            reply = _opened(member, self.rng.choice(_OVERVIEW if overview else member.links))
            onward = pages_of(reply) if reply.kind == "text/html" and not overview else []
            if onward and self.rng.randrange(100) < _ONWARD:
                reply = _opened(member, self.rng.choice(onward))
            for source in reply.page.sources() if reply.kind == "text/html" else ():
                _opened(member, source)

    # Cases --------------------------------------------------------------------------------------

    def _act(self) -> dict[str, Any]:
        """The next action that is allowed on a case that waits at some desk of a member."""
        waiting = [row for row in self.work["desks"] if row[1] in _DESKS]
        for names, kind, _count in self.rng.choices(waiting, [row[2] for row in waiting], k=_TURNS):
            with suppress(Nothing), self.members.one(among=names) as member:
                desk = _DESKS[kind]
                if not member.next and desk in member.links:
                    member.next = self._waiting(member, desk)
                case = member.next.pop() if member.next else ""
                fact = self._next(member, case) if case else None
                if fact:
                    return fact
        raise Nothing("no case waits at the desks that were looked at")

    def _waiting(self, member: Member, desk: str) -> list[str]:
        """Cases of a queue of that system in which some are said to wait."""
        shown = _opened(member, desk)
        queues = shown.page.queues()
        if not queues:
            return []
        ((queue, _number),) = self.rng.choices(queues, [number for _queue, number in queues])
        page = shown.page if queue == shown.address else _opened(member, queue).page
        cases = page.links(_CASE)
        return self.rng.sample(cases, min(len(cases), _IN_A_ROW))

    def _next(self, member: Member, case: str) -> dict[str, Any] | None:
        shown = _opened(member, case)
        moves = shown.page.links(rf"^{case}\?do=")
        if not moves:
            return None
        # The first is what the type means to be done next, more often than not.
        move = moves[0] if self.rng.random() < 0.7 else self.rng.choice(moves)
        page = _opened(member, move)
        form = page.page.form(holds="do")
        if form is None:
            raise Refused(page, "no form of the action")
        photo = another(self.pictures, self.rng) if self.rng.random() < 0.1 else None
        values = form_values(form, self.rng)
        sending = filled(form, case, self.now(), self.rng, photo=photo, values=values)
        reply = member.visitor.send(sending)
        if reply.status not in _SENT:
            raise Refused(reply, move.rpartition("=")[2])
        # Who passed a case on may see it no more.
        member.visitor.open(reply.location or case)
        key = next(value for name, value in sending.pairs if name == "key")
        return {"kind": "action", "case": case.split("/")[2], "key": key}

    # Filings ------------------------------------------------------------------------------------

    def _file(self) -> dict[str, Any]:
        """File, review or sign off what waits for a member."""
        for key, names in self._some("filings"):
            with suppress(Nothing), self.members.one(among=names) as member:
                _opened(member, "/filings/")
                step = self._step(member, f"/filings/{key}/")
                if step:
                    return {"kind": "filing", "id": key, "step": step}
        raise Nothing("no filing waits for those who looked")

    def _some(self, what: str) -> list[tuple[str, list[str]]]:
        """Some of what there is to work on, with who may, in no order."""
        rows = self.work[what]
        return [(key, names) for key, names in self.rng.sample(rows, min(len(rows), _TURNS))]

    def _step(self, member: Member, row: str) -> str:
        page = _opened(member, row).page
        for step in ("file", "review", "sign_off"):
            for form in page.root.forms:
                offered = {
                    node.get("value") for node in form.iter("button") if node.get("name") == "step"
                }
                if step in offered:
                    values = {"value": str(self.rng.randrange(10, 90))} if step == "file" else {}
                    return self._sent(member, row, form, step, values)
        return ""

    def _sent(self, member: Member, row: str, form: Any, step: str, values: dict[str, str]) -> str:
        def sent(found: Any, **more: str) -> Reply:
            given = {**values, **more}
            sending = filled(found, row, self.now(), self.rng, button=("step", step), values=given)
            return member.visitor.send(sending)

        reply = sent(form)
        if reply.status == 422 and 'name="confirm"' in reply.text:
            # An unusual number is asked back for, and explained.
            again = reply.page.form(holds="confirm")
            reply = sent(again, confirm="on", note="与上期口径一致，已核对报表。")
        if reply.status not in _SENT:
            raise Refused(reply, step)
        return step

    # Policies, enterprises, economy, warnings ---------------------------------------------------

    def _push(self) -> dict[str, Any]:
        """Begin a round for a policy."""
        for key, names in self._some("policies"):
            address = f"/policies/{key}/"
            with suppress(Nothing), self.members.one(among=names) as member:
                form = _opened(member, address).page.form(action="/send/")
                if form is None:
                    continue
                reply = member.visitor.send(filled(form, address, self.now(), self.rng))
                found = re.match(r"^/policies/runs/([0-9a-f-]{36})/$", reply.location)
                if reply.status in _SENT and found:
                    _opened(member, reply.location)
                    return {"kind": "push", "id": found[1]}
                raise Refused(member.visitor.open(reply.location or address), "no round")
        raise Nothing("none of the policies that were looked at can be pushed")

    def _change(self) -> dict[str, Any]:
        """Say by hand how many work there."""
        for key, names in self._some("enterprises"):
            address, staff = f"/enterprises/{key}/change/", str(self.rng.randrange(2, 900))
            lock = self._locks.setdefault(key, Lock())
            with suppress(Nothing), self.members.one(among=names) as member, lock:
                form = _opened(member, address).page.form(holds="staff")
                sending = filled(form, address, self.now(), self.rng, values={"staff": staff})
                sent = member.visitor.send(sending)
                if sent.status not in _SENT:
                    raise Refused(sent, "change")
                return {"kind": "enterprise", "id": key, "staff": staff, "at": time.time()}
        raise Nothing("there is no enterprise to change")

    def _import(self) -> dict[str, Any]:
        """Upload a workbook, look at what was read, take it."""
        layout, names = self.work["workbooks"][0]
        with self.members.one(among=names) as member:
            form = _opened(member, "/economy/imports/new/").page.form(holds="layout")
            sending = filled(
                form, "/economy/imports/new/", self.now(), self.rng,
                photo=growth_workbook(self.now(), self.rng), values={"layout": layout},
            )  # fmt: skip
            reply = member.visitor.send(sending)
            if reply.status not in _SENT:
                raise Refused(reply, "upload")
            seen = _opened(member, reply.location)
            accept = seen.page.form(action="/accept/")
            if accept is None:
                raise Refused(seen, "the workbook has errors")
            taken: Sending = filled(
                accept,
                reply.location,
                self.now(),
                self.rng,
                values={"reason": "已与统计部门核对。"},
            )
            done = member.visitor.send(taken)
            if done.status not in _SENT:
                raise Refused(done, "accept")
            return {"kind": "import", "id": reply.location.split("/")[3]}

    def _warn(self) -> dict[str, Any]:
        """Enter a warning that was told by telephone."""
        with self.members.one("warnings") as member:
            address, mark = "/warnings/enter/", uuid.uuid4().hex[:8]
            form = _opened(member, address).page.form(holds="headline")
            values = {"headline": f"推演预警{mark}", "sender_name": "市气象台（推演）"}
            sending = filled(form, address, self.now(), self.rng, values=values)
            reply = member.visitor.send(sending)
            if reply.status not in _SENT:
                raise Refused(reply, "enter")
            return {"kind": "warning", "headline": values["headline"]}


def _opened(member: Member, address: str) -> Reply:
    reply = member.visitor.open(address)
    if reply.status != 200:
        raise Refused(reply, address.partition("?")[0])
    return reply
