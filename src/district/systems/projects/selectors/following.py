"""Follow-ups: what a phone takes along, what a project's page and dossier show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure, plain_number
from district.systems.projects.models import FollowUp, FollowUpPhoto, Problem, Project, Week
from district.systems.projects.names import FOLLOW, WEEKS
from district.systems.projects.rules.following import monday
from district.systems.projects.selectors.rights import project_for
from district.systems.projects.selectors.settings import is_english, problem_kind_options, settings

#: A phone takes along so many projects; those due first.
MOST = 300
_SHOWN = 26


def weeks_to_follow(actor: Actor) -> QuerySet[Week]:
    """This week's follow-ups, owed or made, of the projects that a member may follow up."""
    scope = visible(actor, FOLLOW)
    mine = scope.q("project__lead_unit", co_units="project__street")
    rows = Week.objects.filter(mine, first=monday(clock.today())).exclude(state=Week.State.DROPPED)
    return rows.select_related(
        "project__lead_unit", "project__street", "clock", "latest__member"
    ).order_by("latest__seen_at", "due_at", "project__number")


#: What a phone takes along of a week, so that three hundred do not bring whole projects.
_UNIT = ("name", "name_en", "short_name")
_CARRIED = (
    "due_at", "clock__light", "project__name", "project__stage", "project__progress",
    *(f"project__lead_unit__{name}" for name in _UNIT),
    *(f"project__street__{name}" for name in _UNIT),
    "latest__before", "latest__progress", "latest__text", "latest__member__name",
    "latest__member__name_en",
)  # fmt: skip


def carried(actor: Actor) -> dict[str, Any]:
    """Projects, words and choices as plain data, in the language of the moment. Two queries."""
    rows = list(weeks_to_follow(actor).only(*_CARRIED)[:MOST])
    keys = [row.project_id for row in rows]
    problems: dict[UUID, list[str]] = {key: [] for key in keys}
    known = Problem.objects.filter(project__in=keys).exclude(state=Problem.State.SOLVED)
    for key, title in known.values_list("project_id", "title"):
        problems[key].append(title)
    first = monday(clock.today())
    offset = timezone.localtime(clock.now()).utcoffset()
    return {
        "week": {"first": first.isoformat(), "label": Week(first=first).label},
        "utc_offset": int(offset.total_seconds() // 60) if offset else 0,
        "kinds": [{"key": key, "label": label} for key, label in problem_kind_options()],
        "levels": [{"key": key, "label": str(label)} for key, label in Problem.Level.choices],
        "phrases": [en if is_english() and en else zh for zh, en in settings().follow_ups.phrases],
        "projects": [_carried(row, problems[row.project_id]) for row in rows],
    }


def _carried(row: Week, problems: Sequence[str]) -> dict[str, Any]:
    project, latest = row.project, row.latest
    before = latest.before if latest is not None else project.progress
    return {
        "id": str(project.pk),
        "name": project.name,
        "street": project.street.display_short,
        "unit": project.lead_unit.display_short,
        "stage": project.get_stage_display(),
        "before": plain_number(before),
        "due": f"{timezone.localtime(row.due_at):%m-%d %H:%M}" if row.due_at else "",
        "light": row.clock.light if row.clock else "none",
        "problems": list(problems[:3]),
        "latest": _latest(latest) if latest is not None else None,
    }


def _latest(latest: FollowUp) -> dict[str, Any]:
    return {
        "id": str(latest.pk),
        "progress": plain_number(latest.progress),
        "text": latest.text,
        "by": latest.member.display_name,
    }


@dataclass(frozen=True)
class Shown:
    """A week of a project with the version that counts and those that it corrected."""

    week: Week
    latest: FollowUp | None
    earlier: tuple[FollowUp, ...]


def follow_ups_of(project: Project) -> tuple[Shown, ...]:
    """The weeks of a project in which a follow-up was owed or made, the newest first. Two
    queries."""
    weeks = list(
        Week.objects.filter(project=project)
        .exclude(state=Week.State.DROPPED)
        .select_related("clock")
        .order_by("-first")[:_SHOWN]
    )
    rows = FollowUp.objects.filter(week__in=weeks).select_related("member", "problem")
    versions: dict[UUID, list[FollowUp]] = {week.pk: [] for week in weeks}
    for row in rows.order_by("-number"):
        versions[row.week_id].append(row)
    return tuple(
        Shown(week, next(iter(versions[week.pk]), None), tuple(versions[week.pk][1:]))
        for week in weeks
    )


def latest_of(project: Project, most: int = 1) -> list[FollowUp]:
    """The follow-ups that count of a project's last weeks, the newest first. One query."""
    rows = FollowUp.objects.filter(pk__in=Week.objects.filter(project=project).values("latest"))
    return list(rows.select_related("week", "member", "problem").order_by("-week__first")[:most])


def follow_photo_of(project: Project, key: UUID, digest: str) -> FollowUpPhoto:
    """A picture of a follow-up that came; NotFound where there is none."""
    came = FollowUp.objects.filter(pk=key, week__project=project)
    rows = FollowUpPhoto.objects.filter(follow_up_key=key, source_sha256=digest)
    found = rows.first() if came.exists() else None
    if found is None:
        raise NotFound()
    return found


def open_week(key: UUID, actor: Actor) -> Week:
    """A week with its project, for who may see projects; NotFound, NotPermitted."""
    found = Week.objects.filter(pk=key).first()
    if found is None:
        raise NotFound()
    found.project = project_for(found.project_id, actor)
    return found


def week_figures() -> tuple[Figure, ...]:
    """How this week's follow-ups stand, and how many of last week were missed. One query."""
    first, states = monday(clock.today()), Week.State
    last = first - timedelta(days=7)
    now = clock.now().replace(second=0, microsecond=0)
    this_week, owed = Q(first=first), Q(first=first, state=states.OWED)
    found = Week.objects.filter(first__in=(first, last)).aggregate(
        made=Count("pk", filter=this_week & Q(state__in=(states.MADE, states.LATE))),
        owed=Count("pk", filter=owed),
        overdue=Count("pk", filter=owed & Q(due_at__lt=now)),
        doubted=Count("pk", filter=this_week & Q(latest__doubt__gt="")),
        missed=Count("pk", filter=Q(first=last, state=states.MISSED)),
    )
    this = f"first = {first.isoformat()}"
    moment = f"{timezone.localtime(now):%Y-%m-%dT%H:%M}"
    return tuple(
        Figure(WEEKS, where, value=value, unit=_("个"), label=label)
        for label, where, value in (
            (_("本周已跟进"), f'{this} and state in ("made", "late")', found["made"]),
            (_("本周待跟进"), f'{this} and state = "owed"', found["owed"]),
            (
                _("已过时限未跟进"),
                f'{this} and state = "owed" and due_at < {moment}',
                found["overdue"],
            ),
            (_("上周未跟进"), f'first = {last.isoformat()} and state = "missed"', found["missed"]),
            (_("本周可疑"), f"{this} and doubt known", found["doubted"]),
        )
    )
