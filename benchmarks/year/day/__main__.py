"""A working day over a year: `make day`, or `python -m benchmarks.year.day`.

Over an installation that `benchmarks.year` has built and kept (`--installation FOLDER`, which
`--keep FOLDER` made; `--database URL` where its database runs elsewhere), or over one of `--share`
of a year that is built first. The product's processes are started as a machine room has them: two
for pages, live, worker, gateway, follower of alarms; Mosquitto and the senders run beside them on
the same cores; the log has the hour before (`earlier`). Then a working day passes at ten times the
pace (eight hours in 48 minutes), with everything at once: readings at their datastreams' intervals
over MQTT and HTTP, residents' reports, members who sign in, look and act, filings, follow-ups with
pictures, changes of enterprises, rounds of pushes, workbooks, warnings, boards that listen. How
often each happens is reckoned from the size of the installation and printed. `--answers FILE` keeps
every request with its time, as CSV.

All of it is looked up afterwards: what was answered is in the database or the log once, what was
refused was refused with a reason. Held to: nothing lost or twice, no error, memory flat, and no
bound of the issues broken by more than a quarter (`bounds`). The last line is JSON; the figure is
the p95 of all pages.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks.harness import close
from benchmarks.installation import Installation, at_home, engines, installed
from benchmarks.year.building import build
from benchmarks.year.day import figures
from benchmarks.year.day.replay import Day, Options, replay

_FAULTS = 30


def main(arguments: list[str] | None = None) -> int:
    """Replay a day, print what came of it; 1 where something was lost or went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--installation", type=Path, help="a folder that the year was kept in")
    where.add_argument("--share", type=float, default=0.01, help="of a year, built first")
    parser.add_argument("--database", default="", help="its address, where it runs elsewhere")
    parser.add_argument("--engine", choices=engines(), default=engines()[-1])
    parser.add_argument("--readings", type=int, default=100, help="of each datastream, built first")
    parser.add_argument("--minutes", type=float, default=48.0)
    parser.add_argument("--pace", type=float, default=10.0)
    parser.add_argument("--rules", type=int, default=1000, help="live rules over the readings")
    parser.add_argument("--webs", type=int, default=Options.webs, help="processes for pages")
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--answers", type=Path, help="a file for every request, CSV")
    options = parser.parse_args(arguments)
    # Many threads send; one that reads an answer is not to wait long for one that reads a page.
    sys.setswitchinterval(0.001)
    how = Options(
        minutes=options.minutes, pace=options.pace, seed=options.seed, rules=options.rules,
        webs=options.webs,
    )  # fmt: skip
    with ExitStack() as opened:
        if options.installation:
            installation = opened.enter_context(at_home(options.installation, options.database))
        else:
            installation = opened.enter_context(installed(options.engine))
            build(installation, options.share, options.readings, options.seed)
        work = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="district-day-")))
        day = replay(_as_deployed(installation), installation.var, work, how)
    if options.answers:
        day.tally.write(options.answers)
    return _told(day, installation.engine)


def _as_deployed(installation: Installation) -> dict[str, str]:
    """The settings of a machine room, behind a proxy."""
    return {**installation.env, "DJANGO_SETTINGS_MODULE": "district.conf.production"}


def _told(day: Day, engine: str) -> int:
    options, size = day.options, day.size
    print(
        f"{options.minutes:g} minutes at {options.pace:g} times the pace on {engine}, "
        f"{os.cpu_count()} cores: {size.cases:,} cases, {size.enterprises:,} enterprises, "
        f"{size.projects:,} projects, {size.policies:,} policies, {size.datastreams:,} datastreams"
    )
    if not day.told:
        print("nothing could be looked up:", *day.problems, *day.tally.errors[:_FAULTS], sep="\n  ")
        return 1
    bounds = figures.measured(day, engine)
    for title, lines in (
        ("rates", figures.lines_of_rates(day)),
        ("outcomes", figures.lines_of_outcomes(day)),
        ("pages", figures.lines_of_pages(day)),
        ("bounds", figures.lines_of_bounds(bounds)),
        ("memory", figures.lines_of_memory(day)),
        ("behind the pages", figures.lines_of_queue(day)),
    ):
        print(f"\n{title}", *lines, sep="\n  ")
    wrong = [*day.problems, *day.tally.errors, *day.faults]
    print(f"\n{len(wrong)} problems and errors")
    for text, count in Counter(wrong).most_common(_FAULTS):
        print(f"  {count} x " + text.replace("\n", "\n    "))
    growing = figures.growing(day)
    fine = not wrong and not growing
    every = next(row for row in bounds if row.bound.key == "pages")
    close(
        "year_day", every.measured or 0.0, "ms, p95 of all pages", every.count,
        peer="", peer_figure=0.0, holds=fine and all(row.holds for row in bounds),
    )  # fmt: skip
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
