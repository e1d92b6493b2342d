"""Walks the product as somebody would: from the first page along every link, figure and part.

`Crawler(client).crawl(["/"])` visits pages until no new shape of address is left. A shape is the
route, those of its arguments that name a kind of thing (a register, a tab), and the names of the
query's parameters; of each shape a few addresses are opened, of each route not endlessly many.
"""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection, reset_queries
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from district.kernel.history.public import Actor
from district.kernel.organisation.public import Member, actor_for, visible
from district.kernel.registers.public import register_of, registers
from district.kernel.registers.scope import fields_for
from district.testing.files import wrong_file
from district.testing.reading import Reading, ShownFigure

#: Statements that one page may cost, session and user included.
BUDGET = 10
#: A file may cost more: that it was taken out is recorded in history besides.
FILE_BUDGET = 16
# Arguments of a route that name a kind of thing and not one of many.
_KINDS = ("key", "tab", "type_")
_REGISTERS = "registers/"
_OF_KINDS = (_REGISTERS, "history/", "plan_tracking/commitments/list/")
#: How many figures of one kind are recounted on a page where not all are.
_SOME = 12
# Parameters that stand for the others: files, orders and figures of a list are alike.
_STANDING_FOR = ("format", "sort", "figure")
# A map shows its rows in no order, whichever the list had that led there.
_MAPS = ("/map/", "/map.json")
# Parameters whose value changes what is shown in kind.
_TELLING = ("scope", "format", "aggregate", "state", "view", "do")
_FILES = ("csv", "xlsx")
_DOCUMENTS = ("docx", "pptx", "pdf")
# A test's own transaction is a savepoint here.
_SAVEPOINT = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@dataclass(frozen=True)
class Target:
    """An address to open, how (page, part or data), and the page that led there.

    One that was chosen is opened however many of its shape were.
    """

    address: str
    way: str = "page"
    came_from: str = ""
    chosen: bool = False


@dataclass
class Visit:
    """One opened address: its route, status, statements, how long it took (seconds, in this
    process), and what is wrong there."""

    address: str
    route: str
    status: int
    statements: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    reading: Reading | None = None


@dataclass
class Crawl:
    """What one walk found."""

    visits: list[Visit] = field(default_factory=list)
    figures: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def routes(self) -> set[str]:
        """Routes that answered with what they are for."""
        return {visit.route for visit in self.visits if visit.status < 400}

    def problems(self) -> list[str]:
        """Every finding, with the address it was found at."""
        found = [f"{visit.address}: {each}" for visit in self.visits for each in visit.problems]
        return sorted({*self.broken, *found})


class Crawler:
    """Walks with one client. `each` addresses of a shape are opened, `most` of a route.

    Without `lists` no order, file or figure of a list is opened, and of a register no second
    selection: they are of the list itself, which is walked by others. Of many figures of one kind
    on a page (a table of units by themes) some are recounted, spread over the page.

    Walks of several clients share `recounts` (what a register counts for one member it counts for
    every other who sees the same rows and columns of it) and `written`: as PDF a document is opened
    by the first that comes to its kind, as each opens the .docx of the same manuscript; as a file a
    register is opened by the first of those who see the same rows and columns.
    """

    def __init__(
        self,
        client: Client,
        *,
        each: int = 1,
        most: int = 24,
        recounts: dict[Any, Any] | None = None,
        written: dict[Any, Crawler] | None = None,
        figures: bool = True,
        lists: bool = True,
    ) -> None:
        self._client = client
        self._each, self._most, self._figures, self._lists = each, most, figures, lists
        self._recounts = {} if recounts is None else recounts
        self._written = {} if written is None else written
        self._actor = actor_of_client(client)
        self._views: dict[str, Any] = {}
        self._shapes: Counter[Any] = Counter()
        self._routes: Counter[str] = Counter()
        self._seen: set[tuple[str, str]] = set()
        self._followed: set[tuple[str, str]] = set()
        self._assets: set[str] = set()
        self._queue: deque[Target] = deque()
        self.found = Crawl()

    def crawl(self, starts: Iterable[str]) -> Crawl:
        """Walk from `starts`; returns what was found."""
        self._queue.extend(Target(start, chosen=True) for start in starts)
        while self._queue:
            target = self._queue.popleft()
            if self._wanted(target):
                self._visit(target)
        return self.found

    # Which addresses ---------------------------------------------------------------------------

    def _wanted(self, target: Target) -> bool:
        key = (target.address, target.way)
        if key in self._seen:
            return False
        self._seen.add(key)
        parts = urlsplit(target.address)
        if not self._lists and of_a_list(parts.query) and not target.chosen:
            return False
        try:
            match = resolve(parts.path)
        except Http404:
            self.found.broken.append(f"{target.came_from}: leads to no page: {target.address}")
            return False
        once = not self._lists and match.route.startswith(_REGISTERS)
        query = "" if once else parts.query
        shape = (target.way, *shape_of(match.route, match.kwargs, query))
        most = self._most * 4 if match.route.startswith(_OF_KINDS) else self._most
        full = self._shapes[shape] >= self._each or self._routes[match.route] >= most
        if full and not target.chosen:
            return False
        if self._is_anothers(target.address, shape):
            return False
        self._shapes[shape] += 1
        self._routes[match.route] += 1
        return True

    def _is_anothers(self, address: str, shape: tuple[Any, ...]) -> bool:
        """Whether a file of the same content is opened by another of the walks that share them."""
        kind = dict(parse_qsl(urlsplit(address).query)).get("format")
        if kind == "pdf":
            return self._written.setdefault(shape, self) != self
        if kind in _FILES:
            return self._written.setdefault((*shape, self._view_of(address)), self) != self
        return False

    def _follow(self, visit: Visit, reading: Reading) -> None:
        pictures = [each for each in reading.assets if not each.startswith("/static/")]
        ways = (
            ("page", [*reading.links, *pictures]),
            ("part", reading.parts),
            ("data", reading.sources),
        )
        for way, addresses in ways:
            for href in addresses:
                # The navigation's links are the same on every page.
                if (way, href) in self._followed:
                    continue
                if href.startswith("/"):
                    self._followed.add((way, href))
                address = inside(visit.address, href)
                if address:
                    self._queue.append(Target(address, way, visit.address))

    # Opening -----------------------------------------------------------------------------------

    def _visit(self, target: Target) -> None:
        route = resolve(urlsplit(target.address).path).route
        headers = {"HX-Request": "true"} if target.way == "part" else {}
        reset_queries()  # a long walk asks more than the connection keeps
        is_file = any(f"format={kind}" in target.address for kind in (*_FILES, *_DOCUMENTS))
        budget = FILE_BUDGET if is_file else BUDGET
        answer, content, cost, took = self._open(target.address, headers)
        for _again in range(2):
            if cost > budget:  # what is kept for a few seconds may just have been asked anew
                answer, content, cost, took = self._open(target.address, headers)
        visit = Visit(target.address, route, answer.status_code, cost, took)
        self.found.visits.append(visit)
        if answer.status_code in (301, 302):
            self._queue.append(
                Target(inside(target.address, answer["Location"]) or "/", "page", target.address)
            )
            return
        if answer.status_code >= 400:
            visit.problems.append(f"answers {answer.status_code}, linked from {target.came_from}")
            return
        if cost > budget:
            visit.problems.append(f"{cost} statements, at most {budget}")
        visit.problems += self._judge(visit, answer, content)

    def _open(self, address: str, headers: dict[str, str]) -> tuple[Any, bytes, int, float]:
        """The answer, its content, how many statements it took, and how long."""
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as statements:
            answer = self._client.get(address, headers=headers)
            content = b"".join(answer) if answer.streaming else answer.content
        took = time.perf_counter() - began
        return answer, content, sum(not s["sql"].startswith(_SAVEPOINT) for s in statements), took

    def _judge(self, visit: Visit, answer: Any, content: bytes) -> list[str]:
        kind = answer.get("Content-Type", "").split(";")[0]
        if kind != "text/html":
            return wrong_file(kind, answer, content)
        is_part = not content.lstrip().lower().startswith(b"<!doctype")
        visit.reading = Reading(content, fragment=is_part)
        self._follow(visit, visit.reading)
        problems = visit.reading.faults()
        if "Content-Security-Policy" not in answer:
            problems.append("no content security policy")
        problems += self._missing_assets(visit.reading)
        figures = visit.reading.figures if self._figures else []
        for figure in figures if self._lists else some_of(figures):
            self.found.figures += 1
            problems += self._recount(visit, figure)
        return problems

    def _missing_assets(self, reading: Reading) -> Iterator[str]:
        for address in set(reading.assets) - self._assets:
            self._assets.add(address)
            path = urlsplit(address)
            if path.netloc:
                yield f"asset of another host: {address}"
            elif path.path.startswith("/static/") and not finders.find(path.path[8:]):
                yield f"missing asset: {address}"

    # Figures -----------------------------------------------------------------------------------

    def _recount(self, visit: Visit, figure: ShownFigure) -> Iterator[str]:
        """What is wrong with a figure: no rows behind it, or rows that count otherwise."""
        address = inside(visit.address, figure.href)
        if not address:
            yield f"figure {figure.text!r} has no source"
            return
        self._queue.append(Target(address, "page", visit.address))
        key = (self._view_of(address), address)
        if key not in self._recounts:
            self._recounts[key] = self._ask(address)
        again = self._recounts[key]
        if isinstance(again, str):
            yield f"figure {figure.text!r}: {again}: {address}"
        elif exact(again["figure"]) != exact(figure.value):
            yield (
                f"figure {figure.text!r} says {figure.value!r}, its rows recount to "
                f"{again['figure']!r}: {address}"
            )

    def _view_of(self, address: str) -> Any:
        """What this client sees of the register at `address`; its own name for any other page."""
        register_key = resolve(urlsplit(address).path).kwargs.get("key", "")
        if self._actor is None or register_key not in {each.key for each in registers()}:
            return id(self)
        if register_key not in self._views:
            register = register_of(register_key)
            columns = tuple(field.key for field in fields_for(register, self._actor))
            self._views[register_key] = (visible(self._actor, register.view_action), columns)
        return self._views[register_key]

    def _ask(self, address: str) -> Any:
        answer = self._client.get(with_parameters(address, format="json", figure="1"))
        if answer.status_code != 200:
            return f"its recount answers {answer.status_code}"
        if answer.get("Content-Type", "").split(";")[0] != "application/json":
            return "opens a page that cannot recount it"
        body = json.loads(answer.content)
        return body if "figure" in body else "opens rows without a recount"


def actor_of_client(client: Client) -> Actor | None:
    """Who is signed in with `client`; None for nobody."""
    # Asking a client for its session would start one.
    if settings.SESSION_COOKIE_NAME not in client.cookies:
        return None
    return actor_for(Member.objects.get(user=client.session["_auth_user_id"]))


def shape_of(route: str, kwargs: dict[str, Any], query: str) -> tuple[Any, ...]:
    """What makes two addresses alike."""
    telling = _KINDS if route.startswith(_OF_KINDS) else ()
    kinds = tuple((name, str(kwargs[name])) for name in telling if name in kwargs)
    named = {
        (name, value if name in _TELLING else "")
        for name, value in parse_qsl(query, keep_blank_values=True)
    }
    if route.endswith(_MAPS):
        named = {pair for pair in named if pair[0] != "sort"}
    for name in _STANDING_FOR:
        alone = [pair for pair in named if pair[0] == name]
        if alone:
            return route, kinds, tuple(alone)
    return route, kinds, tuple(sorted(named))


def of_a_list(query: str) -> bool:
    """Whether a list is asked for in another order, as a file or as the rows of a figure."""
    return any(name in _STANDING_FOR for name, _value in parse_qsl(query, keep_blank_values=True))


def some_of(figures: Sequence[ShownFigure]) -> list[ShownFigure]:
    """Of figures that open the same place by the same parameters some, from the first on."""
    kinds: dict[Any, list[ShownFigure]] = {}
    for each in figures:
        parts = urlsplit(each.href)
        names = frozenset(name for name, _value in parse_qsl(parts.query, keep_blank_values=True))
        kinds.setdefault((parts.path, names), []).append(each)
    return [one for alike in kinds.values() for one in alike[:: -(-len(alike) // _SOME)]]


def inside(base: str, href: str) -> str:
    """The address of a link as this product knows it; "" when it leads elsewhere or nowhere."""
    if not href or href.startswith(("#", "mailto:", "tel:", "data:")):
        return ""
    parts = urlsplit(urljoin(f"http://testserver{base}", href))
    if parts.netloc != "testserver" or parts.path.startswith("/static/"):
        return ""
    return urlunsplit(("", "", parts.path, parts.query, ""))


def with_parameters(address: str, **more: str) -> str:
    """`address` with parameters in the place of its own."""
    parts = urlsplit(address)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in more
    ]
    return urlunsplit(("", "", parts.path, urlencode([*query, *more.items()]), ""))


def exact(value: Any) -> Decimal | None:
    """A figure as an exact number; None for no data."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal("NaN")


def routes() -> dict[str, URLPattern]:
    """Every route of the URLconf, as `resolve` names it."""
    return dict(_routes(get_resolver(), ""))


def _routes(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each, route)
        else:
            yield route, each
