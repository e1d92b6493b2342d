"""Dispatch meetings: what became of a decision, who is behind, what a pack rests on. Pure.

The dictionaries below are what a pack keeps as JSON. A `Key` names one of its figures; days are
ISO texts; `reasons` are those of a light, as tracking keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypedDict

Key = str
Outcome = Literal["late", "open", "draft", "done_late", "done", "cancelled", "dropped"]
#: The order in which outcomes are told: what is late comes first.
OUTCOMES: tuple[Outcome, ...] = (
    "late", "open", "draft", "done_late", "done", "cancelled", "dropped",
)  # fmt: skip
_SIX = Decimal("0.000001")


class DecisionPart(TypedDict):
    """A decision of an earlier meeting and how it stood."""

    id: str
    meeting: str
    meeting_id: str
    number: int
    text: str
    unit: str
    unit_en: str
    leader: str
    leader_en: str
    due_on: str
    outcome: Outcome
    closed_on: str
    closing: str
    commitment: str
    percent: int | None
    light: str
    reasons: list[dict[str, Any]]


class MovedPart(TypedDict):
    """Who moved an indicator along a dimension; `member` None is all others together.

    `lines` are {member, change, points, growth}, the last three keys of figures or None; `change`
    and `points` are the sums. `missing` are members of which nothing is known.
    """

    dimension: str
    lines: list[dict[str, Key | None]]
    change: Key
    points: Key
    missing: list[str]


class ChartPart(TypedDict):
    """An indicator month by month: what each stretch of months added in the indicator's own unit
    (`unit` ""), or growth of the year to date ("%"). `spans` are first and last month; keys by
    stretch, None where there is nothing."""

    unit: str
    spans: list[list[int]]
    actual: list[Key | None]
    target: list[Key | None]
    nowcast: list[Key | None]


class BehindPart(TypedDict):
    """A member that is behind what its target has due."""

    dimension: str
    member: str
    actual: Key
    due: Key
    gap: Key
    growth: Key | None


class NowcastPart(TypedDict):
    """The nowcast as it stood: published as far as month `after`, `stale` where figures had changed
    since, `problem` {key, values} where nothing could be said."""

    after: int
    computed_at: str
    stale: bool
    share: str
    problem: dict[str, Any]


class IndicatorPart(TypedDict):
    """An indicator: its light with reasons, its figures by name, and its parts."""

    series: str
    name: str
    name_en: str
    unit: str
    places: int
    lead_unit: str
    light: str
    reasons: list[dict[str, Any]]
    rests_on: list[str]
    period_start: str
    period_end: str
    status: str
    version: int | None
    figures: dict[str, Key]
    nowcast: NowcastPart | None
    chart: ChartPart | None
    moved: list[MovedPart]
    behind: list[BehindPart]


class SupposedPart(TypedDict):
    """A what-if: `growths` in percent by member, and what they make of the district."""

    series: str
    name: str
    name_en: str
    dimension: str
    growths: dict[str, str]
    level: Key
    change: Key
    growth: Key | None


class AgendaPart(TypedDict):
    """What stands to be decided: a draft of a decision (its text), or a decomposition that waits
    for approval (the name of its series, its year and number as `version`)."""

    kind: Literal["decision", "decomposition"]
    text: str
    text_en: str
    unit: str
    unit_en: str
    leader: str
    leader_en: str
    due_on: str
    version: list[int]
    key: str


class Content(TypedDict):
    """A pack, in its order; `members` are the names of industries and streets, Chinese and English,
    by dimension and key."""

    members: dict[str, dict[str, list[str]]]
    decisions: list[DecisionPart]
    indicators: list[IndicatorPart]
    suppositions: list[SupposedPart]
    agenda: list[AgendaPart]


def outcome_of(
    state: str, commitment: str, due_on: date, closed_on: date | None, today: date
) -> Outcome:
    """How a decision stands. `state` is its own (draft, issued, dropped), `commitment` that of the
    commitment that it became ("" without one), `due_on` the commitment's deadline."""
    if state == "dropped":
        return "dropped"
    if state == "draft":
        return "draft"
    if commitment == "cancelled":
        return "cancelled"
    if commitment == "done":
        return "done_late" if closed_on is not None and closed_on > due_on else "done"
    return "late" if due_on < today else "open"


def is_told(outcome: Outcome, closed_on: date | None, since: date | None) -> bool:
    """Whether a pack tells of a decision: of all that is in hand, and of what ended since the
    meeting before (`since`, None where there was none)."""
    if outcome == "dropped":
        return False
    if outcome in ("late", "open", "draft"):
        return True
    return since is None or closed_on is None or closed_on >= since


def told_first(outcome: Outcome) -> int:
    """For sorting: what is late comes first, what is done last."""
    return OUTCOMES.index(outcome)


@dataclass(frozen=True)
class Behind:
    """A member whose year to date is below what is due; `gap` is below 0."""

    member: str
    actual: Decimal
    due: Decimal
    gap: Decimal


def behind(
    actual: Mapping[str, Decimal], due: Mapping[str, Decimal], *, most: int = 5
) -> tuple[Behind, ...]:
    """The members that are behind, the widest gap first; only those of which both are known."""
    found = [
        Behind(key, actual[key], due[key], actual[key] - due[key])
        for key in sorted(actual.keys() & due.keys())
        if actual[key] < due[key]
    ]
    return tuple(sorted(found, key=lambda one: one.gap)[:most])


def path(
    so_far: Decimal, level: Decimal, due: Mapping[int, Decimal], after: int
) -> dict[int, Decimal]:
    """The way of a year to date from month `after` to the year's outturn `level`, by month.

    `due` is what is due by the months in which a period of the decomposition ends; the open part
    of the year is spread as they spread theirs, and all of it falls to December where they have
    none. At `after` it is `so_far`, in December exactly `level`. Rounded to six places.
    """
    found = {after: so_far} if after else {}
    done, whole = due.get(after, Decimal(0)), due.get(12, Decimal(0))
    for month in sorted(due):
        if after < month < 12 and whole > done and (after in due or not after):
            share = (due[month] - done) / (whole - done)
            found[month] = (so_far + (level - so_far) * share).quantize(_SIX)
    found[12] = level
    return found


def shares_between(since: date, until: date) -> list[Decimal]:
    """Twelve cumulative shares, by the ends of the months of a year, of what is due evenly from
    one day to another; none where the days lie in different years.

    Rounded to four places, they never fall, and the last is 1.
    """
    if since.year != until.year:
        return []
    days = max((until - since).days, 1)
    found = []
    for month in range(1, 12):
        gone = (date(since.year, month + 1, 1) - since).days - 1
        share = Decimal(min(max(gone, 0), days)) / days
        found.append(round(share, 4))
    return [*found, Decimal(1)]


def value_ref(key: object) -> str:
    """How a figure says that it rests on a vintage of a value."""
    return f"v:{key}"


def target_ref(key: object) -> str:
    """The same of a version of a decomposition."""
    return f"d:{key}"


def nowcast_ref(key: object, version: int) -> str:
    """The same of a nowcast as it stood."""
    return f"n:{key}:{version}"


def changed_refs(rests_on: Sequence[str], changed: Mapping[str, Any]) -> tuple[str, ...]:
    """What of that on which a figure rests has changed, in order, each once."""
    return tuple(dict.fromkeys(one for one in rests_on if one in changed))
