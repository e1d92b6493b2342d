"""Dispatch meetings: to whom they belong, one of them with its decisions, choices of forms."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.organisation.public import (
    Level,
    Owned,
    Role,
    members_acting,
    root_code,
    units,
)
from district.kernel.plan.public import Commitment, CommitmentState
from district.systems.economy.models import Decision, Meeting, Pack, Series
from district.systems.economy.selectors.packs.decisions import (
    Standing,
    standings,
    with_standing,
)
from district.systems.economy.selectors.settings import (
    industry_options,
    statistics_unit,
)

Choices = list[tuple[str, str]]


def owned_meetings() -> Owned:
    """Dispatch meetings are prepared by the statistics bureau."""
    return Owned(statistics_unit())


def meeting_for(key: object) -> Meeting:
    """A meeting with its chair, and how many suppositions it keeps as `kept`; NotFound where there
    is none."""
    rows = Meeting.objects.select_related("chair").annotate(kept=Count("suppositions"))
    found = rows.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这次调度会。"))
    return found


def decision_for(key: object) -> Decision:
    """A decision with its meeting; NotFound where there is none."""
    rows = Decision.objects.select_related("meeting", "leader", "lead_unit")
    found = rows.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这项会议决定。"))
    return found


@dataclass(frozen=True)
class MeetingDetail:
    """A meeting's packs, newest first, with how many figures each holds, and its decisions as they
    stand."""

    packs: tuple[Pack, ...]
    decisions: tuple[Standing, ...]


def meeting_detail(row: Meeting) -> MeetingDetail:
    """What the page of a meeting shows; three statements."""
    packs = row.packs.annotate(numbers=Count("figures")).order_by("-number")
    found = list(with_standing(row.decisions.all()).prefetch_related("co_units").order_by("number"))
    return MeetingDetail(tuple(packs), tuple(standings(found)))


def open_meetings() -> list[Meeting]:
    """The meetings for which something may still be kept, the newest first."""
    return list(Meeting.objects.exclude(state=Meeting.State.CLOSED))


def item_of(series: Series | None) -> Commitment | None:
    """The commitment of the plan that is counted by a series, of the newest report; None where
    there is none in hand. One statement."""
    if series is None or not series.measure:
        return None
    alive = (CommitmentState.PENDING, CommitmentState.ACTIVE)
    rows = Commitment.objects.filter(measure_id=series.measure, state__in=alive)
    return rows.select_related("report", "parent").order_by("-year", "sort", "id").first()


def leader_choices(district: str = "") -> Choices:
    """The leaders of the district, whose code may be given to save a statement."""
    rows = members_acting([district or root_code()], [Role.LEADER]).order_by("name")
    return [(str(one.pk), one.display_name) for one in rows]


def decision_choices() -> dict[str, Choices]:
    """What the form of a decision offers; three statements, and one for the settings."""
    known = list(units())
    top = next((one.pk for one in known if one.level == Level.DISTRICT), "")
    leading = [one for one in known if one.level in (Level.DEPARTMENT, Level.STREET)]
    named = [(one.pk, one.display_short) for one in leading]
    series = Series.objects.filter(is_active=True)
    return {
        "series": [(one.key, one.display_name) for one in series],
        "industry": list(industry_options()),
        "street": [(one.pk, one.display_short) for one in known if one.level == Level.STREET],
        "lead_unit": named,
        "co_units": named,
        "leader": leader_choices(top),
    }
