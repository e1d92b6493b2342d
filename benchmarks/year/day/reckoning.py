"""After the day: what the database and the log hold, against what was sent and answered for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

_AT_ONCE = 500


def told(
    *,
    seen: Mapping[str, float],
    facts: Sequence[dict[str, Any]],
    since: float,
    ahead: float,
    probes: Mapping[str, float],
    watcher: str,
) -> dict[str, Any]:
    """What was lost, twice or different, in words; the moments of changes of cases that `watcher`
    may see; how long tasks waited. `since` is when the day began (seconds of the wall). Inside an
    installation."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for fact in facts:
        by_kind.setdefault(fact["kind"], []).append(fact)
    problems: list[str] = []
    for kind, check in _CHECKS.items():
        problems += check(by_kind.get(kind, []))
    began = datetime.fromtimestamp(since, UTC)
    problems += _reported(by_kind.get("report", []), since + ahead)
    problems += _probes(probes)
    waits = {at: seen[at] for at in probes if at in seen}
    return {
        "problems": problems,
        "changes": _changes(since + ahead, ahead, watcher),
        "queue": _queue(began),
        "failed_tasks": _failed(began),
        "seen": waits,
        "refused": _quarantined(since + ahead),
    }


def _in_parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    every = iter(values)
    while part := list(islice(every, _AT_ONCE)):
        yield part


def _missing(label: str, keys: Sequence[str], column: str = "pk", **where: Any) -> list[str]:
    """Those of the keys that no row has, or more than one."""
    from django.apps import apps

    rows = apps.get_model(label).objects.filter(**where)
    found: Counter[str] = Counter()
    for part in _in_parts(keys):
        found.update(
            str(key)
            for key in rows.filter(**{f"{column}__in": part}).values_list(column, flat=True)
        )
    return [key for key in keys if found[key] != 1]


def _said(what: str, keys: Sequence[str]) -> list[str]:
    return [f"{len(keys)} {what}: {', '.join(keys[:5])}"] if keys else []


def _opened(facts: Sequence[dict[str, Any]]) -> list[str]:
    numbers = [fact["number"] for fact in facts if not fact["joined"]]
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    lost = _missing("kernel_cases.Case", numbers, "number")
    return _said("reports were answered twice by one number", twice) + _said(
        "cases that residents were told of are not there once", lost
    )


def _reported(facts: Sequence[dict[str, Any]], since: float) -> list[str]:
    """No case more than the residents were told of, and a reporter for each who joined one."""
    from district.kernel.cases.models import Case, Reporter
    from district.systems.appeals.rules.tickets import TICKETS

    began = datetime.fromtimestamp(since, UTC)
    told = {fact["number"] for fact in facts if not fact["joined"]}
    # A demo has arrivals of its own; what came by the form has the key of its ticket.
    ours = f"{TICKETS.prefix}:"
    opened = Case.objects.filter(reported_at__gte=began, key__startswith=ours)
    others = [number for number in opened.values_list("number", flat=True) if number not in told]
    joined = Reporter.objects.filter(joined_at__gte=began, key__startswith=ours).count()
    wanted = len(facts) - len(told)
    found = _said("cases that nobody was told of", others)
    if joined != wanted:
        found.append(f"{joined} reporters joined, {wanted} were told so")
    return found


def _acted(facts: Sequence[dict[str, Any]]) -> list[str]:
    """Each action that was answered is in its case once."""
    from district.kernel.cases.models import CaseStep

    found: Counter[tuple[str, str]] = Counter()
    for part in _in_parts({fact["key"] for fact in facts}):
        rows = CaseStep.objects.filter(key__in=part).values_list("case", "key")
        found.update((str(case), key) for case, key in rows)
    lost = [fact["case"] for fact in facts if found[fact["case"], fact["key"]] != 1]
    return _said("cases without the step that was answered, or with it twice", lost)


def _filed(facts: Sequence[dict[str, Any]]) -> list[str]:
    """The last step of each filing that was answered left its mark."""
    from district.kernel.measures.public import Filing

    after = {
        "file": ("filed", "reviewed", "signed_off"),
        "review": ("reviewed", "signed_off"),
        "sign_off": ("signed_off",),
    }
    states = dict(
        Filing.objects.filter(pk__in=[fact["id"] for fact in facts]).values_list("pk", "state")
    )
    known = {str(key): state for key, state in states.items()}
    wrong = [fact["id"] for fact in facts if known.get(fact["id"]) not in after[fact["step"]]]
    return _said("filings without the step that was answered", wrong)


def _changed(facts: Sequence[dict[str, Any]]) -> list[str]:
    from django.apps import apps

    rows = apps.get_model("sys_enterprises.Enterprise").objects
    in_order = sorted(facts, key=lambda fact: float(fact["at"]))
    last = {fact["id"]: fact["staff"] for fact in in_order}
    wrong = [
        str(key)
        for key, staff in rows.filter(pk__in=list(last)).values_list("pk", "staff")
        if str(staff) != last[str(key)]
    ]
    return _said("enterprises without the number that was entered last", wrong)


def _pushed(facts: Sequence[dict[str, Any]]) -> list[str]:
    """Each round came to its end, and has as many pushes as it says."""
    from django.apps import apps
    from django.db.models import Count

    runs = apps.get_model("sys_policies.PushRun").objects
    keys = [fact["id"] for fact in facts]
    found = {str(row.pk): row for row in runs.filter(pk__in=keys)}
    pushes = apps.get_model("sys_policies.Push").objects.filter(run__in=keys)
    counted = {
        str(run): count
        for run, count in pushes.values_list("run").annotate(n=Count("pk")).order_by()
    }
    wrong = []
    for key in keys:
        row = found.get(key)
        if row is None or row.is_busy:
            wrong.append(f"{key} {'is not there' if row is None else row.state}")
        elif row.sent != counted.get(key, 0) and row.version.policy.audience != "people":
            wrong.append(f"{key} says {row.sent}, has {counted.get(key, 0)}")
    return _said("rounds of pushes that did not come to their end", wrong)


def _imported(facts: Sequence[dict[str, Any]]) -> list[str]:
    keys = [fact["id"] for fact in facts]
    return _said(
        "workbooks that were taken and are not done",
        _missing("sys_economy.SeriesImport", keys, state="done"),
    )


def _entered(facts: Sequence[dict[str, Any]]) -> list[str]:
    names = [fact["headline"] for fact in facts]
    return _said(
        "warnings that are not there once", _missing("kernel_warnings.Alert", names, "headline")
    )


def _followed(facts: Sequence[dict[str, Any]]) -> list[str]:
    keys = [fact["id"] for fact in facts]
    return _said("follow-ups that are not there once", _missing("sys_projects.FollowUp", keys))


_CHECKS = {
    "report": _opened, "action": _acted, "filing": _filed, "enterprise": _changed,
    "push": _pushed, "import": _imported, "warning": _entered, "follow_up": _followed,
}  # fmt: skip


def _probes(probes: Mapping[str, float]) -> list[str]:
    """Each reading that passed the level has one episode with one case."""
    from django.db.models import Count

    from district.kernel.alarms.models import Episode

    rows = Episode.objects.filter(rule__key="day_probe", group__in=list(probes))
    counted = dict(rows.values_list("group").annotate(n=Count("case")).order_by())
    return _said(
        "readings without their one case",
        [group for group in probes if counted.get(group) != 1],
    )


def _changes(since: float, ahead: float, watcher: str) -> list[float]:
    """When cases that a member may see changed, seconds of the wall."""
    from district.kernel.cases.models import Case, CaseStep
    from district.kernel.cases.selectors.seeing import visible_q
    from district.kernel.organisation.public import Member, actor_for

    began = datetime.fromtimestamp(since, UTC)
    seen = Case.objects.filter(visible_q(actor_for(Member.objects.get(user__username=watcher))))
    opened = seen.filter(reported_at__gte=began).values_list("reported_at", flat=True)
    steps = CaseStep.objects.filter(at__gte=began, case__in=seen).values_list("at", flat=True)
    return sorted(at.timestamp() - ahead for at in [*opened, *steps])


def _queue(began: datetime) -> list[float]:
    """How long each task of the day waited until the worker began it (milliseconds)."""
    from django_tasks_db.models import DBTaskResult

    rows = DBTaskResult.objects.filter(enqueued_at__gte=began, started_at__isnull=False)
    return [
        max(0.0, (started - (after or asked)).total_seconds() * 1000)
        for asked, after, started in rows.values_list("enqueued_at", "run_after", "started_at")
        if started is not None and (after is None or after.year < 3000)
    ]


def _failed(began: datetime) -> list[str]:
    from django_tasks_db.models import DBTaskResult

    rows = DBTaskResult.objects.filter(enqueued_at__gte=began, status="FAILED")
    return [f"{row.task_path}: {row.exception_class_path}" for row in rows[:20]]


def _quarantined(since: float) -> dict[str, int]:
    """Readings set aside on the day, by reason."""
    from django.db.models import Sum

    from district.kernel.sensing.public import Quarantined

    began = datetime.fromtimestamp(since, UTC)
    rows = Quarantined.objects.filter(last_at__gte=began).order_by()
    return dict(rows.values_list("reason").annotate(n=Sum("count")))


# The log -----------------------------------------------------------------------------------------


def readings_told(
    folder: Path, position: int, base: int, sent: Mapping[str, Any]
) -> tuple[dict[str, int], list[str]]:
    """What the log holds of a day's readings, and what is wrong with that. No reading that was
    acknowledged is missing, none is there twice, none that was wrong is there at all."""
    from district.kernel.sensing.batches import Batch
    from district.kernel.sensing.log import LogReader

    count = int(sent["count"])
    found = np.zeros(count, dtype=np.int32)
    reader = LogReader(folder)
    with reader.cursor(position) as cursor:
        while frames := cursor.read():
            for frame in frames:
                if isinstance(frame.content, Batch):
                    numbers = frame.content.sequence - base
                    mine = numbers[(numbers >= 0) & (numbers < count)]
                    found += np.bincount(mine, minlength=count).astype(np.int32)
    wrong, waiting = np.array(sent["wrong_numbers"], int), np.array(sent["waiting"], int)
    good = np.ones(count, dtype=bool)
    good[wrong] = False
    answered = good.copy()
    answered[waiting] = False
    counts = {
        "sent": int(good.sum()),
        "answered": int(answered.sum()),
        "in_log": int((found > 0).sum()),
        "lost": int((answered & (found == 0)).sum()),
        "twice": int((found > 1).sum()),
        "wrong_taken": int((found[wrong] > 0).sum()),
    }
    told = {
        "lost": "readings that were answered for are not in the log",
        "twice": "readings are in the log twice",
        "wrong_taken": "wrong readings are in the log",
    }
    return counts, [f"{counts[key]} {words}" for key, words in told.items() if counts[key]]
