"""Observations: lines of the log, shown as entities.

An observation's id is its datastream's number and its time in microseconds since 1970 UTC, for
that is what makes a reading one: `Observations('7-1758506400000000')`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.sensing import times
from district.kernel.sensing.api.context import Context, page_link
from district.kernel.sensing.api.entities import OBSERVATION_NAVS, TYPES, EntityType
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.api.options import Options
from district.kernel.sensing.api.rendering import check_select, head, is_wanted, ways
from district.kernel.sensing.api.translating import filter_q, kind_of, stripped
from district.kernel.sensing.batches import DTYPES, Batch
from district.kernel.sensing.filtering import (
    Binary,
    FilterError,
    Kind,
    Literal,
    Node,
    Path,
    check,
    evaluate,
    paths_of,
)
from district.kernel.sensing.models import Datastream
from district.kernel.sensing.store import Order, readings

#: So many readings are looked at for a filter that the log cannot answer by itself.
MOST_SCANNED = 200_000
#: So many datastreams at most bring observations with them.
MOST_EXPANDED = 200
_ID = re.compile(r"(\d{1,10})-(-?\d{1,19})")
_NAMES = ("phenomenonTime", "result", "resultTime", "parameters")
_KINDS: dict[str, Kind] = {
    "phenomenonTime": "moment",
    "resultTime": "moment",
    "result": "number",
    "id": "text",
    "@iot.id": "text",
}
_TIMES = ("phenomenonTime", "resultTime", "id", "@iot.id")


@dataclass(frozen=True)
class Stream:
    """What is needed of a datastream to show its readings."""

    number: int
    kind: str
    feature_id: int | None


@dataclass(frozen=True)
class Reading:
    """One line of the log."""

    stream: Stream
    time: int
    value: float
    received: int
    sequence: int

    @property
    def key(self) -> str:
        """Its id in the interface."""
        return f"{self.stream.number}-{self.time}"

    @property
    def result(self) -> bool | int | float:
        """The value as its datastream means it."""
        if self.stream.kind == "truth":
            return bool(self.value)
        return int(self.value) if self.stream.kind == "count" else self.value


@dataclass
class Asked:
    """What a filter asks: of datastreams, of times, and of each reading."""

    streams: Q
    since: int | None = None
    until: int | None = None
    rest: tuple[Node, ...] = ()


def asked_of(node: Node | None, context: Context) -> Asked:
    """A filter taken apart at its `and`s. Problem where it asks for what is not there."""
    found = Asked(Q())
    if node is None:
        return found
    try:
        if check(node, _kind_of) != "boolean":
            raise FilterError(_("整个条件应为是否。"), 1)
        for part in _conjuncts(node):
            _take(found, part, context)
    except FilterError as error:
        raise Problem(error.status, f"$filter：{error}") from None
    return found


def _kind_of(path: Path) -> Kind:
    nav = next((each for each in OBSERVATION_NAVS if each.name == path.names[0]), None)
    if nav is not None and len(path.names) > 1:
        return kind_of(TYPES[nav.target], Path(path.names[1:], path.at))
    kind = _KINDS.get(path.names[0]) if len(path.names) == 1 else None
    if kind is None:
        is_known = path.names[0] in ("parameters", "validTime", "resultQuality")
        message = _("Observation 没有属性“%(path)s”。") % {"path": str(path)[:80]}
        raise FilterError(message, path.at, 501 if is_known else 400)
    return kind


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "and":
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node


def _take(found: Asked, part: Node, context: Context) -> None:
    navs = {nav.name: nav for nav in OBSERVATION_NAVS}
    names = {path.names[0] if path.names[0] in navs else "" for path in paths_of(part)}
    if len(names) > 1:
        raise FilterError(_("观测值的条件和数据流的条件只能用 and 连接。"), part.at, 501)
    name = next(iter(names), "")
    if name:
        target = TYPES[navs[name].target]
        q = filter_q(stripped(part), target, context.sight, context.now)
        rows = target.model._default_manager.filter(context.sight.of(target.model)).filter(q)
        field = "pk__in" if name == "Datastream" else "feature__in"
        found.streams &= Q(**{field: rows.values("pk")})
    elif not _bound(found, part):
        found.rest += (part,)


_TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq"}


def _bound(found: Asked, part: Node) -> bool:
    """Whether a part says from when or until when, and nothing else."""
    if not isinstance(part, Binary) or part.operator not in _TURNED:
        return False
    left, right, operator = part.left, part.right, part.operator
    if isinstance(left, Literal):
        left, right, operator = right, left, _TURNED[operator]
    if left != Path(("phenomenonTime",), left.at) or not isinstance(right, Literal):
        return False
    if not isinstance(right.value, datetime):
        return False
    at = times.to_micros(right.value)
    if operator in ("gt", "ge", "eq"):
        since = at + (operator == "gt")
        found.since = since if found.since is None else max(found.since, since)
    if operator in ("lt", "le", "eq"):
        until = at + (operator != "lt")
        found.until = until if found.until is None else min(found.until, until)
    return True


def streams_of(context: Context, q: Q) -> dict[int, Stream]:
    """The datastreams that the reader sees, by number."""
    rows = Datastream.objects.filter(context.sight.of(Datastream)).filter(q)
    listed = rows.order_by("pk").values_list("number", "observation_type", "feature_id")
    return {number: Stream(number, kind, feature) for number, kind, feature in listed}


def _lines(found: Batch, streams: dict[int, Stream]) -> Iterator[Reading]:
    parts = (getattr(found, name) for name in DTYPES)
    for stream, *rest in zip(*(part.tolist() for part in parts), strict=True):
        yield Reading(streams[stream], *rest)


def _order(options: Options) -> Order:
    if not options.orderby:
        return "asc"
    path, descending = options.orderby[0]
    if len(path.names) != 1 or path.names[0] not in _TIMES:
        known = str(path) in _NAMES or path.names[0] in ("Datastream", "FeatureOfInterest")
        raise Problem(
            501 if known else 400,
            _("$orderby：观测值只能按 phenomenonTime 排序，不能按“%(path)s”。")
            % {"path": str(path)[:80]},
        )
    return "desc" if descending else "asc"


def find(
    streams: dict[int, Stream], asked: Asked, options: Options, now: datetime
) -> tuple[list[Reading], bool, int | None]:
    """The readings of a page, whether there are more, and how many in all where that is asked."""
    order, limit = _order(options), options.limit
    if not streams or (None not in (asked.since, asked.until) and asked.since >= asked.until):  # type: ignore[operator]  # neither is None here
        return [], False, 0 if options.count else None
    log, numbers = readings(), list(streams)
    if asked.rest:
        return _scanned(streams, asked, options, now)
    count = log.count(numbers, asked.since, asked.until) if options.count else None
    columns = log.query(
        numbers, asked.since, asked.until, order=order, limit=limit + 1, offset=options.skip
    )
    lines = list(_lines(columns, streams))
    return lines[:limit], len(lines) > limit, count


def _scanned(
    streams: dict[int, Stream], asked: Asked, options: Options, now: datetime
) -> tuple[list[Reading], bool, int | None]:
    """The same for a filter that every reading must be asked."""
    wanted = options.skip + options.limit + 1
    found: list[Reading] = []
    total = 0
    # At once: the log looks through all of them for a part, too.
    scanned = readings().query(
        list(streams), asked.since, asked.until, order=_order(options), limit=MOST_SCANNED + 1
    )
    for at, line in enumerate(_lines(scanned, streams)):
        if at == MOST_SCANNED:
            raise Problem(400, _("$filter：要逐条检查的观测值太多，请用 phenomenonTime 缩小范围。"))
        if _fits(line, asked.rest, now):
            total += 1
            if options.skip < total <= wanted:
                found.append(line)
            if total >= wanted and not options.count:
                break
    return found[: options.limit], total >= wanted, total if options.count else None


def _fits(line: Reading, rest: Sequence[Node], now: datetime) -> bool:
    return all(evaluate(each, _value_of(line), now) is True for each in rest)


def _value_of(line: Reading) -> Callable[[Path], Any]:
    def value(path: Path) -> Any:
        name = path.names[0]
        if name == "phenomenonTime":
            return times.from_micros(line.time)
        if name == "result":
            return float(line.value)
        return line.key if name in ("id", "@iot.id") else None

    return value


def line_json(context: Context, line: Reading, options: Options) -> dict[str, Any]:
    """A reading as JSON, without what is expanded."""
    found = head(context, "Observations", line.key, options)
    parameters: dict[str, Any] = {"received": times.iso(times.from_micros(line.received))}
    if line.sequence >= 0:
        parameters["sequence"] = line.sequence
    values = {
        "phenomenonTime": times.iso(times.from_micros(line.time)),
        "result": line.result,
        "resultTime": None,
        "parameters": parameters,
    }
    found |= {name: value for name, value in values.items() if is_wanted(options, name)}
    return found | ways(context.link("Observations", line.key), OBSERVATION_NAVS, options)


def rendered(context: Context, lines: Sequence[Reading], options: Options) -> list[dict[str, Any]]:
    """Readings as JSON with what is expanded."""
    from district.kernel.sensing.api import reading  # they need each other

    check_select(options, "Observation", _NAMES, OBSERVATION_NAVS)
    found = [line_json(context, line, options) for line in lines]
    for nav in OBSERVATION_NAVS:
        inner = options.expand.get(nav.name)
        if inner is None:
            continue
        target = TYPES[nav.target]
        keys = [
            line.stream.number if nav.name == "Datastream" else line.stream.feature_id
            for line in lines
        ]
        rows = list(reading.rows_of(context, target, Q(pk__in=set(keys) - {None}), inner))
        by_key = dict(
            zip(
                (row.pk for row in rows),
                reading.rendered(context, target, rows, inner),
                strict=True,
            )
        )
        for key, each in zip(keys, found, strict=True):
            each.pop(f"{nav.name}@iot.navigationLink", None)
            if key in by_key:
                each[nav.name] = by_key[key]
    return found


def collection(context: Context, base: Q, options: Options) -> dict[str, Any]:
    """One page of the observations of those datastreams that `base` selects."""
    check_select(options, "Observation", _NAMES, OBSERVATION_NAVS)
    asked = asked_of(options.filter, context)
    streams = streams_of(context, base & asked.streams)
    lines, more, count = find(streams, asked, options, context.now)
    answer: dict[str, Any] = {}
    if count is not None:
        answer["@iot.count"] = count
    if more and options.limit:
        answer["@iot.nextLink"] = context.next_link(options.skip + options.limit)
    answer["value"] = (
        data_array(context, lines) if options.data_array else rendered(context, lines, options)
    )
    return answer


def data_array(context: Context, lines: Sequence[Reading]) -> list[dict[str, Any]]:
    """Readings as arrays, by datastream."""
    groups: dict[int, list[list[Any]]] = {}
    for line in lines:
        at = times.iso(times.from_micros(line.time))
        groups.setdefault(line.stream.number, []).append([line.key, at, line.result])
    return [
        {
            "Datastream@iot.navigationLink": context.link("Datastreams", number),
            "components": ["id", "phenomenonTime", "result"],
            "dataArray@iot.count": len(rows),
            "dataArray": rows,
        }
        for number, rows in groups.items()
    ]


def one(context: Context, key: Any, base: Q) -> Reading:
    """The reading of that id; Problem 404 where the reader sees none."""
    match = _ID.fullmatch(key) if isinstance(key, str) else None
    number, at = (int(part) for part in match.groups()) if match else (0, 0)
    if match and number < 2**31 and abs(at) < 2**62:
        streams = streams_of(context, base & Q(pk=number))
        if streams:
            columns = readings().query([number], at, at + 1, limit=1)
            for line in _lines(columns, streams):
                return line
    raise Problem(404, _("没有这个 Observation。"))


def expand(
    context: Context,
    entity: EntityType,
    rows: Sequence[Any],
    found: list[dict[str, Any]],
    options: Options,
) -> None:
    """Bring the observations of datastreams or features; of each a query of the log."""
    if len(rows) > MOST_EXPANDED:
        raise Problem(
            400,
            _("$expand：一次最多为%(most)s个对象展开观测值，请用 $top 缩小。")
            % {"most": MOST_EXPANDED},
        )
    asked = asked_of(options.filter, context)
    field = "pk" if entity.name == "Datastream" else "feature_id"
    known = streams_of(context, asked.streams & Q(**{f"{field}__in": [row.pk for row in rows]}))
    pages = []
    for row in rows:
        key = "number" if field == "pk" else "feature_id"
        mine = {n: each for n, each in known.items() if getattr(each, key) == row.pk}
        pages.append(find(mine, asked, options, context.now))
    shown = iter(rendered(context, [line for lines, *_rest in pages for line in lines], options))
    for row, each, (lines, more, count) in zip(rows, found, pages, strict=True):
        if count is not None:
            each["Observations@iot.count"] = count
        each["Observations"] = [next(shown) for _line in lines]
        if more and options.limit:
            link = f"{context.link(entity.set_name, row.pk)}/Observations"
            skip = options.skip + options.limit
            each["Observations@iot.nextLink"] = page_link(link, options.raw, skip)
