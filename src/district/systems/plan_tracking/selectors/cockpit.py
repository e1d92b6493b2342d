"""The plan cockpit: headline indicators, lights by unit and theme, what turned, what lags.

Ten statements at most with the shell's own: everything counted comes from one grouped query that
indexes cover, every list from one query of three subqueries that read a few rows each in the
order of an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.conditions.public import parse, to_q
from district.kernel.history.public import Actor
from district.kernel.measures.public import Status
from district.kernel.organisation.public import posts_of
from district.kernel.plan.public import (
    Commitment,
    CommitmentState,
    Edition,
    EditionState,
    Headline,
    Report,
    headlines,
    reports,
)
from district.kernel.registers.public import Figure, register_of
from district.kernel.tracking.public import LightChange, reason_texts
from district.systems.plan_tracking.selectors.figures import COMMITMENTS, actual_figure
from district.systems.plan_tracking.selectors.lights import (
    Lights,
    by_theme,
    by_unit,
    counts_of,
    lights_of,
    overdue,
    unowned,
)

#: Rows of each list.
TOP = 6
#: Units and themes shown before the rest is opened.
UNITS = 12
_WEEK = timedelta(days=7)
# Lights that something was before it turned; the first light of a new row is no turn.
_KNOWN = ("green", "yellow", "red")
_UNDER_WAY = (CommitmentState.PENDING.value, CommitmentState.ACTIVE.value)
_SEVERITY = {"red": 0, "yellow": 1, "none": 2, "green": 3}


@dataclass(frozen=True)
class Card:
    """A headline indicator as its card shows it.

    `due` is the amount due by now, `due_share` the same in percent of the target; both None
    where a target is compared directly (growth, shares). `gap_unit` is the unit of the gap.
    """

    headline: Headline
    actual: Figure | None
    reasons: tuple[str, ...]
    due: Decimal | None
    due_share: Decimal | None
    gap_unit: str

    @property
    def status_label(self) -> str:
        """How firm the last value is, in words."""
        status = self.headline.status
        return str(Status(status).label) if status else ""

    @property
    def trend(self) -> list[Decimal]:
        """This year's values in order."""
        return [point.value for point in self.headline.trend]


@dataclass(frozen=True)
class Row:
    """A commitment of a list, with its light's reasons in words."""

    commitment: Commitment
    light: str
    before: str
    reasons: tuple[str, ...]
    since: datetime | None


@dataclass(frozen=True)
class Cockpit:
    """Everything that the cockpit shows; `report` is None where none is in force yet."""

    report: Report | None
    years: tuple[int, ...]
    mine: bool
    has_unit: bool
    cards: tuple[Card, ...]
    totals: Lights | None
    unowned: Figure | None
    overdue_count: Figure | None
    units: tuple[Lights, ...]
    themes: tuple[Lights, ...]
    turned: tuple[Row, ...]
    lagging: tuple[Row, ...]
    overdue: tuple[Row, ...]
    since: date


def cockpit(actor: Actor, *, year: int | None = None, mine: bool = False) -> Cockpit:
    """The cockpit of the plan year, for the whole district or for the member's own units."""
    every = _reports()
    known = _in_force(every)
    years = tuple(dict.fromkeys(report.year for report in known))
    report = next((r for r in known if year is None or r.year == year), None)
    codes = tuple(dict.fromkeys(post.unit for post in posts_of(actor)))
    since = clock.today() - _WEEK
    if report is None:
        return Cockpit(
            None, years, mine, bool(codes), (), None, None, None, (), (), (), (), (), since
        )
    where = condition_of(report.year, codes if mine else ())
    same_year = [each.pk for each in every if each.year == report.year]
    rows = Commitment.objects.filter(_rows_q(same_year, codes if mine else ()))
    counts = counts_of(rows)
    turned, lagging, late = _lists(rows, since)
    return Cockpit(
        report=report,
        years=years,
        mine=mine,
        has_unit=bool(codes),
        cards=_cards(report, codes if mine else None),
        totals=lights_of("", "", where, counts.total),
        unowned=unowned(where, counts),
        overdue_count=overdue(where, counts),
        units=by_unit(where, counts),
        themes=by_theme(where, counts),
        turned=turned,
        lagging=lagging,
        overdue=late,
        since=since,
    )


def reports_in_force() -> list[Report]:
    """The reports of which an edition is in force, newest first; one query."""
    return _in_force(_reports())


def _in_force(every: Iterable[Report]) -> list[Report]:
    return [report for report in every if getattr(report, "in_force", False)]


def _reports() -> list[Report]:
    """All reports, newest first, each with `in_force`: whether an edition of it is; one query."""
    current = Edition.objects.filter(report=OuterRef("pk"), state=EditionState.CURRENT)
    return list(reports().annotate(in_force=Exists(current)))


def condition_of(year: int, units: Iterable[str] = ()) -> str:
    """The commitments under way of a plan year, as the register's condition."""
    text = f'report_year = {year} and state in ("pending", "active")'
    led = _led(units)
    return f"{text} and ({led})" if led else text


def _led(units: Iterable[str]) -> str:
    return " or ".join(f'lead_unit under "{code}"' for code in units)


def _rows_q(report_ids: Sequence[UUID], units: Iterable[str]) -> Q:
    """`condition_of` as the database answers it best: by the reports of that year themselves."""
    query = Q(report__in=report_ids, state__in=_UNDER_WAY)
    led = _led(units)
    return query & q_of(led) if led else query


def q_of(where: str) -> Q:
    """The condition as a query: what the figures open and what the page counts are one thing."""
    schema = register_of(COMMITMENTS).schema()
    return to_q(parse(where, schema), schema)


def _lists(
    rows: QuerySet[Commitment], since: date
) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
    """What turned since `since`, what lags longest, what is longest overdue; one query.

    Each list is cut off first, in the order of an index, and only then read whole: with one
    OR over all three a database would join both tables in full.
    """
    today = clock.today()
    start = timezone.make_aware(datetime.combine(since, time(0)))
    turned = rows.filter(
        tracked__light_changes__at__gte=start,
        tracked__light_changes__before__in=_KNOWN,
        tracked__light_changes__at=F("tracked__light_since"),
    ).order_by("-tracked__light_changes__at", "-tracked_id")
    red = rows.filter(tracked__light="red").order_by("tracked__light_since", "tracked_id")
    late = rows.filter(deadline__lt=today).order_by("deadline", "sort")
    changes = LightChange.objects.filter(row=OuterRef("tracked_id"), at__gte=start)
    last = changes.filter(before__in=_KNOWN).order_by("-at").values("before")[:1]
    first, *others = (
        Commitment.objects.filter(pk__in=each.values("pk")[:TOP])
        .select_related("tracked", "lead_unit")
        .annotate(before=Subquery(last))
        .order_by()
        for each in (turned, red, late)
    )
    found = {each.pk: each for each in first.union(*others, all=True)}
    lines = [_row(each) for each in found.values()]
    return (
        _top((r for r in lines if r.before and r.since and r.since >= start), _since, newest=True),
        _top((r for r in lines if r.light == "red"), _since),
        _top((r for r in lines if r.commitment.deadline < today), _soonest),
    )


def _since(row: Row) -> Any:
    """Like the index that the database reads: by the moment, then by the tracked row's key."""
    return (row.since.timestamp() if row.since else 0, row.commitment.tracked_id or UUID(int=0))


def _soonest(row: Row) -> Any:
    return (row.commitment.deadline, row.commitment.sort)


def _top(rows: Iterable[Row], key: Any, *, newest: bool = False) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=key, reverse=newest)[:TOP])


def _row(commitment: Commitment) -> Row:
    tracked = commitment.tracked
    return Row(
        commitment=commitment,
        light=tracked.light if tracked else "none",
        before=getattr(commitment, "before", None) or "",
        reasons=tuple(reason_texts(tracked.reasons)) if tracked else (),
        since=tracked.light_since if tracked else None,
    )


def _cards(report: Report, codes: Sequence[str] | None) -> tuple[Card, ...]:
    """The headline indicators, red first; only those that the units lead, where given."""
    found = [
        card_of(each)
        for each in headlines(report)
        if codes is None or each.commitment.lead_unit_id in codes
    ]
    return tuple(sorted(found, key=lambda card: _SEVERITY[card.headline.light]))


def card_of(headline: Headline) -> Card:
    """A headline with the progress due by now, read from the light's own reasons."""
    row = headline.commitment
    tracked = row.tracked
    reasons = tracked.reasons if tracked else []
    share = due_share(reasons)
    gap = headline.progress_gap
    due = None
    if share is not None and headline.actual is not None and gap is not None:
        ceiling = any(reason["code"].startswith("progress.ceiling") for reason in reasons)
        due = headline.actual + gap if ceiling else headline.actual - gap
    return Card(
        headline=headline,
        actual=actual_figure(row, headline.actual, headline.trend),
        reasons=tuple(reason_texts(reasons)),
        due=due,
        due_share=share,
        gap_unit=_("个百分点") if row.basis == "yoy" or "%" in row.unit else row.unit,
    )


def due_share(reasons: Iterable[Mapping[str, Any]]) -> Decimal | None:
    """The share of the target due by now, in percent, as the light's reason states it."""
    for reason in reasons:
        if reason.get("code") in ("progress.standing", "progress.ceiling_used"):
            return Decimal(str(reason["params"]["due"]))
    return None
