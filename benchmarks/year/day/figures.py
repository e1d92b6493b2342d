"""The figures of a day, from its requests, boards, readings and queue; tables of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from benchmarks.harness import percentile
from benchmarks.year.day.boards import waits
from benchmarks.year.day.bounds import Held, held
from benchmarks.year.day.plant import Trend, trends
from benchmarks.year.day.rates import INTERVALS, readings_a_second
from benchmarks.year.day.replay import Day
from benchmarks.year.day.tally import Answer

_LIST = re.compile(r"^/registers/cases-[\w-]+/$|/desks/[\w-]+/$")
_HTML, _DAILY, _MAP = "text/html", "/appeals/daily-five/", "/sensing/map.json"
_FIRST = ("/home/", "/plan_tracking/")
_SHOWN = 12


def system_of(path: str) -> str:
    """The part of the product that an address belongs to: the first word of it."""
    first = path.partition("?")[0].strip("/").split("/")
    if first[0] in ("registers", "api") and len(first) > 1:
        return f"{first[0]}/{first[1].split('-')[0]}"
    return first[0] or "(public)"


def pages(day: Day) -> list[Answer]:
    """Pages that the day's people opened."""
    return [
        one
        for one in day.tally.answers
        if one.method == "GET"
        and one.status == 200
        and one.kind == _HTML
        and one.began >= day.since
    ]


def creations(day: Day, *, photo: bool = False) -> list[float]:
    """Milliseconds of each report that opened a case or joined one; with a picture, which is drawn
    anew on the way and of which the bound says nothing, or without."""
    reports = (fact for fact in day.tally.facts if fact["kind"] == "report")
    return [fact["taken"] for fact in reports if fact["photo"] == photo]


def board_waits(day: Day) -> list[float]:
    """For each change of a case the milliseconds until a board showed it, on every board that
    fetches."""
    changes = [at for at in day.told["changes"] if at < day.ended]
    return [
        wait
        for board in day.boards
        if board.fetches
        for wait in waits(changes, board.fetched, day.ended)
    ]


def reading_waits(day: Day) -> list[float]:
    """Milliseconds from sending a reading to its case being seen; endless where it was not."""
    seen = day.told["seen"]
    return [
        (seen[stream] - at) * 1000 if stream in seen else float("inf")
        for stream, at in day.sent["probes"].items()
    ]


def measured(day: Day, engine: str) -> list[Held]:
    """Every bound with what the day measured."""
    shown = pages(day)

    def taken(*wanted: str) -> list[float]:
        return [one.taken for one in shown if one.path.partition("?")[0] in wanted]

    lists = [one.taken for one in shown if _LIST.search(one.path.partition("?")[0])]
    economy = [one.taken for one in shown if system_of(one.path) == "economy"]
    points = [
        one.taken
        for one in day.tally.answers
        if one.path.startswith(_MAP) and one.status == 200 and one.began >= day.since
    ]
    # A page that is a report over all cases has a bound of its own.
    times = [one.taken for one in shown if not one.path.startswith(_DAILY)]
    found = {
        "first_page": _at(taken(*_FIRST), 0.95),
        "pages": _at(times, 0.95),
        "slowest": _at(times, 1.0),
        "creation": _at(creations(day), 0.95),
        "list": _at(lists, 0.95),
        "daily": _at(taken(_DAILY), 1.0),
        "board": _at(board_waits(day), 0.95),
        "reading": _at(reading_waits(day), 0.99),
        "map": _at(points, 0.95),
        "economy": _at(economy, 0.95),
    }
    return held(found, engine)


def _at(values: Sequence[float], share: float) -> tuple[float | None, int]:
    return (percentile(values, share) if values else None), len(values)


def lines_of_rates(day: Day) -> list[str]:
    """What is sent, how often and why so often."""
    options, size = day.options, day.size
    found = [f"{'source':24} {'a day':>9} {'now':>7}  reckoned from"]
    for source, count in day.planned:
        found.append(f"{source.name:24} {source.a_day:9,.1f} {count:7,}  {source.said}")
    rate = readings_a_second(size.datastreams, options.pace)
    spread = ", ".join(f"{share} of 100 every {every} s" for every, share in INTERVALS)
    found.append(
        f"{'readings':24} {rate:9,.1f} a second  {size.datastreams:,} datastreams: {spread}"
    )
    return found


def lines_of_outcomes(day: Day) -> list[str]:
    """What became of everything, and why what was refused was."""
    kinds = ("done", "refused", "idle", "failed")
    found = [f"{'source':24}" + "".join(f"{kind:>9}" for kind in kinds)]
    for source, _count in day.planned:
        counts = day.tally.of(source.key)
        found.append(f"{source.name:24}" + "".join(f"{counts.get(kind, 0):9,}" for kind in kinds))
    for (source_key, reason), count in day.tally.reasons.most_common(_SHOWN):
        found.append(f"    {count:5} {source_key}: {reason[:140]}")
    log, sent = day.log, day.sent
    if sent:
        ways = ", ".join(f"{count:,} {way}" for way, count in sent["ways"].items())
        found.append(
            f"readings: {log['sent']:,} sent ({ways}), {log['answered']:,} answered for, "
            f"{log['in_log']:,} in the log, {log['lost']} lost, {log['twice']} twice; "
            f"{sum(sent['wrong'].values())} wrong ones sent, set aside: {day.told['refused']}"
        )
    return found


def lines_of_pages(day: Day) -> list[str]:
    """Pages by system, and the slowest."""
    by_system: defaultdict[str, list[float]] = defaultdict(list)
    shown = pages(day)
    for one in shown:
        by_system[system_of(one.path)].append(one.taken)
    found = [f"{'pages of':32} {'opened':>7} {'p50':>7} {'p95':>7} {'most':>7}  ms"]
    for name, taken in sorted(by_system.items(), key=lambda pair: -len(pair[1])):
        shares = (percentile(taken, share) for share in (0.5, 0.95, 1.0))
        found.append(f"{name:32} {len(taken):7,}" + "".join(f" {each:7.0f}" for each in shares))
    slowest = sorted(shown, key=lambda one: -one.taken)[:_SHOWN]
    found += [f"    slowest: {one.taken:6.0f} ms {one.path}" for one in slowest]
    found += _by_tenths(day, shown)
    statuses = Counter(one.status for one in day.tally.answers)
    found.append("answers by status: " + ", ".join(f"{n} x {s}" for s, n in statuses.most_common()))
    refused = Counter((one.status, one.path) for one in day.tally.answers if one.status >= 400)
    found += [f"    {n} x {status} {path}" for (status, path), n in refused.most_common(_SHOWN)]
    return found


def _by_tenths(day: Day, shown: Sequence[Answer]) -> list[str]:
    """How the pages went from tenth to tenth of the day."""
    width = max(day.ended - day.since, 1.0) / 10
    tenths: defaultdict[int, list[float]] = defaultdict(list)
    for one in shown:
        tenths[min(9, int((one.began - day.since) / width))].append(one.taken)
    told = (
        f"{percentile(tenths[at], 0.5):.0f}/{percentile(tenths[at], 0.95):.0f}"
        for at in range(10)
        if tenths[at]
    )
    return [f"    p50/p95 by tenths of the day: {', '.join(told)} ms"]


def lines_of_bounds(rows: Sequence[Held]) -> list[str]:
    """Bound, allowed, measured, and the words of the issue."""
    found = [f"{'bound':26} {'asked':>7} {'allowed':>8} {'measured':>9} {'over':>7}        words"]
    for row in rows:
        told = "–" if row.measured is None else f"{row.measured:,.0f}"
        verdict = "holds" if row.holds else "BROKEN" if row.measured is not None else "not met"
        found.append(
            f"{row.bound.name:26} {row.asked:7,.0f} {row.allowed:8,.0f} {told:>9} {row.count:7,} "
            f"{verdict:7} {row.bound.words}"
        )
    return found


def lines_of_memory(day: Day) -> list[str]:
    """How the memory of each process went, in MB."""
    heads = f"{'first':>7} {'most':>7} {'2nd third':>10} {'last third':>10} {'an hour':>9}"
    seconds = max(day.ended - day.since, 1.0)
    cores = {name: (end - begin) / seconds for name, (begin, end) in day.processor.items()}
    return [f"{'memory of':16} {heads}"] + [
        f"{one.name:16} {one.first:7.0f} {one.most:7.0f} {one.second:10.1f} {one.last:10.1f} "
        f"{one.slope:+9.1f} {'flat' if one.flat else 'GROWS'}; {cores.get(one.name, 0.0):.2f} cores"
        for one in trends(day.samples)
    ]


def _told(values: Sequence[float]) -> str:
    p50, p95 = (_at(values, share)[0] or 0.0 for share in (0.5, 0.95))
    return f"{len(values)}, p50 {p50:.0f}, p95 {p95:.0f} ms"


def growing(day: Day) -> list[Trend]:
    """Processes of the product whose memory is not flat."""
    return [one for one in trends(day.samples) if not one.flat and not one.name.startswith("(")]


def lines_of_queue(day: Day) -> list[str]:
    """How long tasks waited, and how the senders kept up."""
    waited = day.told["queue"]
    p50, p95, most = (_at(waited, share)[0] or 0.0 for share in (0.5, 0.95, 1.0))
    heard = [len(board.heard) for board in day.boards]
    return [
        f"queue: {len(waited)} tasks, waited p50 {p50:.0f}, p95 {p95:.0f}, most {most:.0f} ms",
        f"boards: {len(day.boards)} listened, heard {min(heard, default=0)} to "
        f"{max(heard, default=0)} hints of {len(day.told['changes'])} changes",
        f"reports with a picture: {_told(creations(day, photo=True))}",
        f"settled in {day.settled:.0f} s before, at rest {day.drained:.0f} s after; senders were "
        f"late by {day.tally.late:.1f} s at most, devices by {day.sent['late']:.1f} s; load "
        f"{day.load:.1f}",
    ]
