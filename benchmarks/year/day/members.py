"""Members at their desks: signed in by the form, one thing at a time each."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.year.day.tally import Tally
from benchmarks.year.day.visitor import Reply, Visitor

_HOME = "/home/"
#: So many pages of the menu are opened by each at the start.
_AROUND = 8


@dataclass
class Member:
    """Somebody of the district; `links` are what their menu leads to, `next` cases of the queue
    that they opened last."""

    name: str
    role: str
    visitor: Visitor
    lock: threading.Lock = field(default_factory=threading.Lock)
    links: list[str] = field(default_factory=list)
    next: list[str] = field(default_factory=list)


class Refused(Exception):
    """The product said no, or gave no answer; what it said."""

    def __init__(self, reply: Reply, what: str = "") -> None:
        said = reply.page.said() if reply.kind == "text/html" else reply.text[:200]
        super().__init__(f"{what} {reply.status} {said}".strip())
        self.failed = reply.status == 0 or reply.status >= 500


class Nothing(Exception):
    """Nothing waits to be done."""


class Members:
    """All of them, by what they may do; one that is busy is left alone."""

    def __init__(
        self, people: Sequence[dict[str, Any]], password: str, port: int, tally: Tally,
        rng: random.Random,
    ) -> None:  # fmt: skip
        self._password, self.tally, self.rng = password, tally, rng
        self.able: dict[str, list[Member]] = {}
        self.all: list[Member] = []
        for at, row in enumerate(people):
            visitor = Visitor(port, tally, f"172.16.{at // 250}.{1 + at % 250}")
            member = Member(row["name"], row["role"], visitor)
            self.all.append(member)
            for action in row["may"]:
                self.able.setdefault(action, []).append(member)

    @contextmanager
    def one(self, action: str = "", among: Sequence[str] = ()) -> Iterator[Member]:
        """Some member who may do that (or of these names) and is free, signed in. Raises Nothing
        where none is."""
        offered = list(self.able.get(action, ()) if action else self.all)
        if among:
            offered = [member for member in self.all if member.name in among]
        self.rng.shuffle(offered)
        for member in offered:
            if member.lock.acquire(blocking=False):
                try:
                    if not member.links:
                        self._sign_in(member)
                    yield member
                finally:
                    member.lock.release()
                return
        raise Nothing(f"nobody is free to {action or 'look'}")

    def come(self, at_once: int) -> None:
        """Everybody signs in and looks around, so many at once: the processes are warm then."""
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self._come, list(self.all)))

    def _come(self, member: Member) -> None:
        with member.lock:
            if not member.links:
                self._sign_in(member)
            links = list(member.links)
            random.Random(member.name).shuffle(links)  # noqa: S311  # no secret
            for link in links[:_AROUND]:
                member.visitor.open(link)

    def take_out(self, action: str) -> Member:
        """Somebody who may do that, signed in, who does nothing else from now on."""
        with self.one(action) as member:
            self.all.remove(member)
            for those in self.able.values():
                if member in those:
                    those.remove(member)
        return member

    @contextmanager
    def one_named(self, member: Member) -> Iterator[Member]:
        """That member, signed in. Waits until they are free."""
        with member.lock:
            if not member.links:
                self._sign_in(member)
            yield member

    def sign_in_anew(self) -> None:
        """Somebody comes back to the desk and signs in."""
        try:
            with self.one() as member:
                member.visitor.cookies.clear()
                self._sign_in(member)
        except Refused as error:
            self.tally.outcome("sign_in", "failed" if error.failed else "refused", str(error))
        except Nothing as error:
            self.tally.outcome("sign_in", "idle", str(error))
        else:
            self.tally.outcome("sign_in", "done")

    def _sign_in(self, member: Member) -> None:
        visitor = member.visitor
        shown = visitor.get("/login/")
        form = shown.page.form(holds="password") if shown.status == 200 else None
        if form is None:
            raise Refused(shown, "the log-in page")
        token = form.fields.get("csrfmiddlewaretoken", "")
        reply = visitor.send(
            _login(token, member.name, self._password, form.fields.get("next", "") or "")
        )
        if reply.status not in (302, 303):
            raise Refused(reply, "signing in")
        home = visitor.open(reply.location or _HOME)
        if home.status != 200:
            raise Refused(home, "the first page")
        member.links = [one for one in home.page.links() if _is_page(one)]


def _login(token: str, name: str, password: str, onward: str) -> Any:
    from benchmarks.year.day.forms import Sending

    pairs = [
        ("csrfmiddlewaretoken", token), ("next", onward), ("username", name), ("password", password)
    ]  # fmt: skip
    return Sending("/login/", pairs, [])


#: What is no page to look at: files, ways out, the public's pages.
_NO_PAGES = (
    "format=",
    "figure=",
    "/logout",
    "/static/",
    "/login",
    ".json",
    ".xml",
    ".atom",
    ".csv",
)


def _is_page(address: str) -> bool:
    return address.startswith("/") and not any(part in address for part in _NO_PAGES)


def pages_of(reply: Reply) -> list[str]:
    """What of a page's links is a page to look at."""
    return [one for one in reply.page.links() if _is_page(one)]
