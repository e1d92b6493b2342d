"""What is asked of the installation itself, in one process with Django up: the sizes, what the day
needs, what is committed meanwhile, and afterwards what became of everything.

`Inside` is the other end: it starts the process and asks it, a line of JSON each way.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.installation import ROOT

#: What a member must be able to do for a kind of work, by what the work is called.
_MAY = {
    "projects": "projects.follow_up.make",
}
#: Who looks at the whole district, and who works on cases.
_OVERLOOKING = ("leader", "planner")
_AT_DESKS = ("officer", "unit_head", "duty_officer")
_RULE, _LOOK = "day_probe", 0.05
#: So many policies, enterprises and filings are worked on, each by a few people.
_SAMPLE, _SOME = 60, 4
#: The workbook that is imported.
LAYOUT = "investment_growth"
_START = "import django; django.setup()\nfrom benchmarks.year.day import inside; inside.serve()"


class Inside:
    """The process as those outside ask it."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and code
                [sys.executable, "-W", "ignore", "-c", _START],
                env=dict(env),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                text=True,
            )
        self._log = log

    def ask(self, do: str, **given: Any) -> Any:
        """What a function of this module returns. Raises RuntimeError where it fails."""
        asker, answerer = self._process.stdin, self._process.stdout
        assert asker is not None  # noqa: S101  # it is a pipe
        assert answerer is not None  # noqa: S101  # as above
        asker.write(json.dumps([do, given]) + "\n")
        asker.flush()
        line = answerer.readline()
        if not line:
            raise RuntimeError(f"{do}: {self._log.read_text(encoding='utf-8')[-3000:]}")
        return json.loads(line)

    def close(self) -> None:
        """It ends with its input."""
        self._process.communicate()


def serve() -> None:
    """Answer until nobody asks any more."""
    from django.db import close_old_connections

    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        do, given = json.loads(line)
        close_old_connections()
        print(json.dumps(_DOES[do](**given), default=str), file=out, flush=True)


def begin() -> dict[str, Any]:
    """Set the district's clock to a minute behind the last thing that happened, and say how far
    (seconds) it is ahead of the machine's, and how much there is."""
    from django.conf import settings
    from django.db.models import Max
    from django.utils import timezone

    from district.kernel.history.models import Event
    from district.kernel.sensing.models import LatestReading

    ends = [
        Event.objects.aggregate(at=Max("at"))["at"],
        LatestReading.objects.aggregate(at=Max("time"))["at"],
    ]
    last = max(end for end in ends if end is not None)
    ahead = int((last - timezone.now()).total_seconds()) + 60
    settings.DISTRICT_CLOCK_OFFSET = ahead
    return {"ahead": ahead, "sizes": _sizes(), "database": _postmaster()}


def _postmaster() -> int:
    """The first process of PostgreSQL where it runs on this machine, otherwise 0."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((backend,),) = cursor.fetchall()
    told = Path(f"/proc/{backend}/stat")
    if not told.exists() or "(postgres)" not in (stat := told.read_text()):
        return 0
    return int(stat.rsplit(") ", 1)[1].split()[1])


def _sizes() -> dict[str, int]:
    from django.apps import apps

    from district.kernel.base import clock

    def count(label: str, **where: Any) -> int:
        return int(apps.get_model(label).objects.filter(**where).count())

    year = clock.today() - timedelta(days=365)
    return {
        "cases": count("kernel_cases.Case", reported_at__date__gt=year),
        "enterprises": count("sys_enterprises.Enterprise"),
        "policies": count("sys_policies.Policy"),
        "projects": count("sys_projects.Project"),
        "filings": count("kernel_measures.Filing", period_end__gt=year),
        "members": count("kernel_organisation.Member", user__isnull=False),
        "datastreams": count("kernel_sensing.Datastream"),
    }


def prepare(*, streams: int, probes: int, rules: int) -> dict[str, Any]:
    """Datastreams where the installation has too few, some more that will be alarms, live rules;
    members by what they may do, and what there is to work on."""
    from django.conf import settings

    from benchmarks import sensing_population as population
    from district.kernel.sensing.models import Datastream, Source

    rng = random.Random(11)  # noqa: S311  # made-up devices
    code = population.SOURCE
    known = Source.objects.filter(code=code).first()
    if known is None:
        population.add_datastreams(streams, 0, rng)
        known = Source.objects.get(code=code)
    numbers = list(
        Datastream.objects.filter(source=known).order_by("pk").values_list("pk", flat=True)
    )
    watched = population.add_probes(probes, rng)
    _rules(rules)
    people, actors = _people()
    logins = json.loads((settings.VAR / "demo-logins.json").read_text(encoding="utf-8"))
    return {
        "source": code,
        "secret": _secret(known),
        "streams": [one for one in numbers if one not in set(watched)],
        "probes": watched,
        "level": population.PROBE_LEVEL + 1,
        "password": logins[0]["password"],
        "people": people,
        **_work(rng, actors),
    }


def _secret(source: Any) -> str:
    from district.kernel.sensing.public import issue_credential
    from district.kernel.sensing.services.sources import revoke_credential, valid_credentials
    from district.testing.population.shared import ACTOR

    for old in list(valid_credentials(source))[3:]:
        revoke_credential(old.pk, actor=ACTOR)
    return issue_credential(source.pk, actor=ACTOR)


def _rules(count: int) -> None:
    from benchmarks import sensing_population as population
    from district.kernel.alarms.models import AlarmRule

    rng = random.Random(12)  # noqa: S311  # made-up rules
    known = set(AlarmRule.objects.values_list("key", flat=True))
    for number in range(count):
        name = population.OTHER.format(number % population.PROPERTIES)
        rule = population.rule_of(rng, name)
        if f"day_{number}" not in known:
            population.put_rule(f"day_{number}", rule, {})
    if _RULE not in known:
        population.put_probe_rule(_RULE)


def _people() -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Members who can sign in, by what kind of work is theirs; how each acts."""
    from district.kernel.organisation.public import (
        Member,
        actor_for,
        assignments_today,
        permitted_somewhere,
    )
    from district.kernel.warnings.selectors.alerts import entering_unit

    roles: dict[Any, str] = {}
    for post in assignments_today():
        roles.setdefault(post.member_id, post.role)
    rows, actors = [], {}
    for member in Member.objects.filter(user__is_active=True).select_related("user"):
        role, user = roles.get(member.pk, ""), member.user
        if not role or user is None or not user.has_usable_password():
            continue
        name = user.username
        actor = actors[name] = actor_for(member)
        may = [what for what, action in _MAY.items() if permitted_somewhere(actor, action)]
        may += ["warnings"] if entering_unit(actor) is not None else []
        may += ["board"] if role == "leader" else []
        may += ["overview"] if role in _OVERLOOKING else []
        rows.append({"name": name, "role": role, "may": may})
    return rows, actors


def _work(rng: random.Random, actors: Mapping[str, Any]) -> dict[str, Any]:
    """What there is to work on: pairs of it and the names of some who may."""
    from django.db.models import Count

    from district.kernel.cases.models import Case
    from district.kernel.measures.public import Filing
    from district.kernel.organisation.public import Owned, assignments_today, permitted
    from district.systems.economy.names import IMPORT
    from district.systems.economy.selectors.rights import owned_values, series_for
    from district.systems.economy.selectors.settings import settings
    from district.systems.enterprises.models import Enterprise
    from district.systems.enterprises.selectors.rights import owned_enterprise
    from district.systems.policies.models import Policy
    from district.systems.policies.selectors.rights import owned_by

    def pairs(rows: Any, owned: Callable[[Any], Any], *actions: str) -> list[list[Any]]:
        keys = list(rows.values_list("pk", flat=True))
        found = []
        for row in rows.filter(pk__in=rng.sample(keys, min(len(keys), _SAMPLE))):
            on = owned(row)
            able = (
                name
                for name in rng.sample(list(actors), len(actors))
                if any(permitted(actors[name], action, on) for action in actions)
            )
            names = list(islice(able, _SOME))
            if names:
                found.append([str(row.pk), names])
        return found

    at_desks: dict[str, list[str]] = {}
    for post in assignments_today().select_related("member__user"):
        name = post.member.user.username if post.member.user else ""
        if name in actors and post.role in _AT_DESKS:
            at_desks.setdefault(post.unit_id, []).append(name)
    layout = settings().layouts[LAYOUT]
    owned = owned_values(series_for(layout.series), layout.source)
    steps = ("measures.filing.file", "measures.filing.review", "measures.filing.sign_off")
    open_cases = Case.objects.exclude(category="done").exclude(holder_unit=None)
    held = open_cases.values_list("holder_unit", "type_key").annotate(n=Count("pk")).order_by()
    filings = Filing.objects.filter(state__in=("draft", "returned", "filed", "reviewed"))
    return {
        # Members whose unit holds cases, the type, how many.
        "desks": [
            [names, kind, count] for unit, kind, count in held if (names := at_desks.get(unit))
        ],
        "policies": pairs(
            Policy.objects.filter(live__isnull=False).select_related("lead_unit"),
            lambda row: owned_by(row.lead_unit),
            "policies.push.send",
        ),
        "enterprises": pairs(
            Enterprise.objects.filter(status="active").select_related("lead_unit"),
            owned_enterprise,
            "enterprises.enterprise.save",
        ),
        "filings": pairs(
            filings.select_related("unit"),
            lambda row: Owned(row.unit_id, path=row.unit.path),
            *steps,
        ),
        "workbooks": [
            [LAYOUT, [name for name, actor in actors.items() if permitted(actor, IMPORT, owned)]]
        ],
    }


# While the day lasts -----------------------------------------------------------------------------

_SEEN: dict[str, float] = {}


def watch() -> bool:
    """From now on note when another connection sees a probe's case committed."""
    threading.Thread(target=_watch, name="watch", daemon=True).start()
    return True


def _watch() -> None:
    from django.db import DatabaseError, connection

    from district.kernel.alarms.models import Episode

    rows = Episode.objects.filter(rule__key=_RULE, case__isnull=False)
    last: datetime | None = None
    while True:
        try:
            # A transaction that began earlier may end later.
            new = rows if last is None else rows.filter(handed_at__gte=last - timedelta(seconds=10))
            for group, handed in list(new.values_list("group", "handed_at")):
                if handed is not None:
                    last = max(last or handed, handed)
                _SEEN.setdefault(group, time.time())
        except DatabaseError:
            connection.close()
        time.sleep(_LOOK)


def standing() -> dict[str, Any]:
    """How far everything behind the pages has come: what waits in queue, history, log, alarms."""
    from district.kernel.alarms.models import Episode, Following, Run
    from district.kernel.history.public import backlog
    from district.runtime.watching.health import log_end, queue_state

    row, told = Following.objects.first(), backlog()
    waiting, oldest = queue_state()
    return {
        "queue": waiting,
        "oldest": oldest,
        "unsealed": told["unsealed"][""],
        "behind": {name: count for name, count in told["behind"].items() if count},
        "parked": sum(told["parked"].values()),
        "frames": log_end() - 1 - row.position if row is not None else log_end(),
        "rules": Run.objects.filter(until=None).count(),
        "wanted": _wanted_rules(),
        "unhanded": Episode.objects.filter(handed_at=None).count(),
    }


def _wanted_rules() -> int:
    from district.kernel.alarms.models import AlarmRule

    return AlarmRule.objects.filter(state="live").count()


def _told(**given: Any) -> dict[str, Any]:
    from benchmarks.year.day.reckoning import told

    return told(seen=_SEEN, **given)


_DOES: dict[str, Callable[..., Any]] = {
    "begin": begin, "prepare": prepare, "watch": watch, "standing": standing, "told": _told,
}  # fmt: skip
