"""`district appeals ...`: what an operator does from the server's shell."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The steps and their options. Django is not started yet."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    pull = steps.add_parser("pull-open311", help="take over requests of another Open311 server")
    pull.add_argument("url", help="its base address, e.g. https://city.example/open311/v2")
    pull.add_argument("--since", default="", help="from this date on, e.g. 2025-09-01 (90 days)")
    pull.add_argument("--name", default="", help="what our cases call it (its host)")
    pull.add_argument("--jurisdiction", default="", help="its jurisdiction_id, if it wants one")
    pull.add_argument("--all", action="store_true", help="closed requests too")
    train = steps.add_parser("train", help="train the suggestion of matters from handled appeals")
    train.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> int:
    """Do one step; 0 when all went well, 1 when it failed, 2 when some were refused."""
    return _STEPS[arguments.step](arguments)


def _pull_open311(arguments: argparse.Namespace) -> int:
    from datetime import datetime

    from django.utils import timezone

    from district.kernel.base.errors import DistrictError
    from district.systems.appeals.calling import CallError
    from district.systems.appeals.open311.client import Source, pull_requests

    try:
        day = datetime.fromisoformat(arguments.since) if arguments.since else None
    except ValueError:
        print(f"--since {arguments.since!r} is no date; write it like 2025-09-01")
        return 1
    since = timezone.make_aware(day) if day and day.tzinfo is None else day
    status = "open,closed" if arguments.all else "open"
    source = Source(arguments.url, arguments.name, arguments.jurisdiction)
    try:
        found = pull_requests(source, since=since, status=status)
    except (CallError, DistrictError) as error:
        print(f"{arguments.url}: {error}")
        return 1
    for number, problem in found.refused:
        print(f"refused {number or '-'}: {problem}")
    print(f"{found.created} new, {found.known} known, {len(found.refused)} refused")
    return 2 if found.refused else 0


def _train(arguments: argparse.Namespace) -> int:
    from district.kernel.base.errors import DistrictError
    from district.systems.appeals.services.training import train_from_handled

    try:
        for line in train_from_handled(seed=arguments.seed):
            print(line)
    except DistrictError as error:
        print(str(error))
        return 1
    return 0


_STEPS = {"pull-open311": _pull_open311, "train": _train}
