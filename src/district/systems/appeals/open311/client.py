"""Requests of another Open311 server, taken over as cases, once each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import DistrictError, Invalid
from district.kernel.cases.public import Report, matter_of, report_case, said
from district.kernel.history.public import Actor
from district.systems.appeals.calling import CallError, call_json
from district.systems.appeals.names import TYPE
from district.systems.appeals.open311.rules import MOST, SPAN, Problem, clean, moment_of, point_of

#: A span that is still full at this length is taken as it is: no server says more.
_SHORTEST = timedelta(minutes=1)


@dataclass
class Pulled:
    """What became of a server's requests: how many of each, and what was refused, in words."""

    created: int = 0
    known: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Another server: its base address (ending before `/requests.json`), its name in our cases."""

    url: str
    name: str = ""
    jurisdiction: str = ""

    @property
    def source_name(self) -> str:
        """What our cases call it: its name, else its host."""
        return (self.name or urlsplit(self.url).hostname or "open311")[:40]


def pull_requests(source: Source, *, since: datetime | None = None, status: str = "open") -> Pulled:
    """Take over the requests of a server since a moment (90 days ago), at most once each.

    A request without words is refused and listed, and harms no other. Raises Invalid for an
    address that cannot be called, CallError where the server does not answer as the standard says.
    """
    url = source.url.strip().rstrip("/")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Invalid("url", _("接口地址不对。"), _("请填写 http:// 或 https:// 开头的完整地址。"))
    found = Pulled()
    now = clock.now()
    start = since or now - SPAN
    while start < now:
        end = min(start + SPAN, now)
        for item in _between(source, url, start, end, status):
            _take(source, item, found)
        start = end
    return found


def _between(
    source: Source, url: str, start: datetime, end: datetime, status: str
) -> Iterator[Any]:
    """The requests of a span; one that is as full as the standard allows is asked for in halves."""
    query = {"start_date": _w3c(start), "end_date": _w3c(end), "status": status}
    if source.jurisdiction:
        query["jurisdiction_id"] = source.jurisdiction
    answer = call_json("GET", f"{url}/requests.json?{urlencode(query)}")
    if not isinstance(answer, list):
        raise CallError(_("对方的回答不是诉求列表。"))
    if len(answer) >= MOST and end - start > _SHORTEST:
        middle = start + (end - start) / 2
        yield from _between(source, url, start, middle, status)
        yield from _between(source, url, middle, end, status)
    else:
        yield from answer


def _w3c(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _take(source: Source, item: Any, found: Pulled) -> None:
    number = _word(item, "service_request_id")
    try:
        report = _report(source, item, number)
        actor = Actor("system", "appeals.open311", source.source_name)
        made = report_case(report, actor=actor)
    except Problem as problem:
        found.refused.append((number, problem.description))
    except DistrictError as error:
        found.refused.append((number, str(error)))
    else:
        found.known += made.repeated
        found.created += not made.repeated


def _word(item: Any, name: str) -> str:
    given = item.get(name) if isinstance(item, dict) else None
    return clean(str(given)) if isinstance(given, str | int | float) else ""


def _report(source: Source, item: Any, number: str) -> Report:
    if not number or len(number) > 60:
        raise Problem(400, _("没有可用的编号 service_request_id。"))
    name = _word(item, "service_name")
    text = _word(item, "description") or name
    reported = moment_of("requested_datetime", _word(item, "requested_datetime"))
    point = point_of(_word(item, "lat"), _word(item, "long"))
    return Report(
        type_key=TYPE,
        text=text[:5000],
        source="api",
        matter=_matter(_word(item, "service_code"), name),
        lon=point.lon or None,
        lat=point.lat or None,
        place=_word(item, "address")[:200],
        source_name=source.source_name,
        source_number=number,
        reported_at=min(reported, clock.now()) if reported else None,
        is_anonymous=True,
    )


def _matter(code: str, name: str) -> str:
    """Our matter where both code and name agree; another city's codes mean other things."""
    matter = matter_of(TYPE, code) if code else None
    return code if matter is not None and name in (matter.label.zh, said(matter.label)) else ""
