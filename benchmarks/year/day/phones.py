"""Weekly follow-ups from telephones: what is carried out, a picture, a report handed in."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks.year.day.forms import Sending
from benchmarks.year.day.members import Member, Members, Nothing, Refused
from benchmarks.year.day.photos import another, digest
from benchmarks.year.day.tally import Tally

_CARRIED, _PHOTOS, _SYNC = (f"/api/projects/{name}" for name in ("phone", "photos", "sync"))
_TURNS = 8


@dataclass
class Phones:
    """Members who follow projects up. `now` is the district's time, aware."""

    members: Members
    tally: Tally
    rng: random.Random
    now: Callable[[], datetime]
    pictures: list[bytes]
    _done: set[str] = field(default_factory=set)

    def do(self) -> None:
        """One follow-up of a project that is owed one."""
        try:
            fact = self._some()
        except Refused as error:
            self.tally.outcome("follow_up", "failed" if error.failed else "refused", str(error))
        except Nothing as error:
            self.tally.outcome("follow_up", "idle", str(error))
        else:
            self.tally.outcome("follow_up", "done", fact=fact)

    def _some(self) -> dict[str, Any]:
        """By the first of a few members who still owes one."""
        for _turn in range(_TURNS):
            with self.members.one("projects") as member:
                fact = self._follow_up(member)
                if fact:
                    return fact
        raise Nothing("those who looked have followed all their projects up this week")

    def _follow_up(self, member: Member) -> dict[str, Any] | None:
        reply = member.visitor.get(_CARRIED)
        if reply.status != 200:
            raise Refused(reply, "carried")
        carried = reply.json()
        owed = [
            row for row in carried["projects"] if not row["latest"] and row["id"] not in self._done
        ]
        if not owed:
            return None
        project, key = self.rng.choice(owed), str(uuid.uuid4())
        self._done.add(project["id"])
        photo, began = another(self.pictures, self.rng), self.now()
        known = {"follow_up": key, "project": project["id"], "sha256": digest(photo)}
        token = carried["csrf"]
        pairs = [*known.items(), ("csrfmiddlewaretoken", token)]
        sent = member.visitor.send(Sending(_PHOTOS, pairs, [("file", photo)]))
        if sent.status != 200:
            raise Refused(sent, "photo")
        record = {
            "id": key, "project": project["id"], "seen_at": began.isoformat(),
            "finished_at": self.now().isoformat(), "progress": project["before"] or "10",
            "text": "现场施工正常，进度与上周相比略有推进。", "photos": [digest(photo)],
        }  # fmt: skip
        answer = member.visitor.send_json(_SYNC, {"follow_ups": [record]}, token)
        if answer.status != 200:
            raise Refused(answer, "sync")
        outcome = answer.json()["outcomes"][0]
        if outcome["status"] == "refused":
            raise Refused(answer, f"{outcome.get('code')}: {outcome.get('message')}")
        return {"kind": "follow_up", "id": key}
