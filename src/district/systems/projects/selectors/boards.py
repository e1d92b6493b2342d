"""The portfolio: projects by stage, warnings with their reasons, problems that leaders steer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.organisation.public import Member
from district.kernel.registers.public import Figure
from district.kernel.tracking.public import reason_texts
from district.systems.projects.models import CallLine, Item, Problem, Project
from district.systems.projects.names import CALLED, ITEMS, PROBLEMS, PROJECTS
from district.systems.projects.rules.lights import BEFORE
from district.systems.projects.selectors.settings import settings

OPEN = 'not stage in ("completed", "dropped")'
_STAGES = ("planning", "early", "turning", "building", "completed")
_ROWS = 8
#: So many projects and approvals the warning centre shows, so many problems and calls a level.
_WARNED, _LATE, _PROBLEMS = 60, 40, 30


def now_where() -> str:
    """The moment as conditions write it, to the minute."""
    return timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M")


def _now() -> object:
    return clock.now().replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Column:
    """A stage on the board: its projects, their investment, the worst of them first."""

    label: str
    count: Figure
    total: Figure
    projects: tuple[Project, ...]
    url: str


@dataclass(frozen=True)
class Board:
    """The board and the figures above it."""

    stats: tuple[Figure, ...]
    columns: tuple[Column, ...]


def _of_projects(where: str, value: int, label: str) -> Figure:
    return Figure(PROJECTS, where, value=value, unit=_("个"), label=label)


_RANK = {"red": 0, "yellow": 1, "green": 2, "none": 3}
#: The same for the database: the worst first, and what has no light last.
_BY_LIGHT = Case(
    *(When(clock__light=light, then=Value(at)) for light, at in _RANK.items()),
    default=Value(3),
    output_field=IntegerField(),
)
_IS_OPEN = ~Q(stage__in=("completed", "dropped"))
_IN = ~Q(stage="dropped")


def board() -> Board:
    """Projects by stage; of each the first few. Three queries, whatever the number of projects."""
    year = clock.today().year
    known, first = settings(), date(year, 1, 1)
    key = f"year_plan >= {known.key_from} and {OPEN}"
    started = f'started_on >= {first.isoformat()} and stage != "dropped"'
    found = Project.objects.aggregate(
        open=Count("pk", filter=_IS_OPEN),
        key=Count("pk", filter=Q(year_plan__gte=known.key_from) & _IS_OPEN),
        started=Count("pk", filter=Q(started_on__gte=first) & _IN),
        plan=Sum("year_plan", filter=_IN),
        done=Sum("year_done", filter=_IN),
        red=Count("pk", filter=Q(clock__light="red") & _IS_OPEN),
        **{f"n_{stage}": Count("pk", filter=Q(stage=stage)) for stage in _STAGES},
        **{f"sum_{stage}": Sum("total", filter=Q(stage=stage)) for stage in _STAGES},
    )
    stats = (
        _of_projects(OPEN, found["open"], _("在库项目")),
        _of_projects(key, found["key"], _("重点项目")),
        _of_projects(started, found["started"], _("今年新开工")),
        _of_projects(f'light = "red" and {OPEN}', found["red"], _("滞后项目")),
        Figure(PROJECTS, 'stage != "dropped"', "total:year_plan", found["plan"] or Decimal(0),
               _("万元"), _("今年计划投资")),
        Figure(PROJECTS, 'stage != "dropped"', "total:year_done", found["done"] or Decimal(0),
               _("万元"), _("今年完成投资")),
    )  # fmt: skip
    by_stage = _worst()
    return Board(
        stats,
        tuple(
            _column(
                stage,
                by_stage.get(stage, []),
                found[f"n_{stage}"],
                found[f"sum_{stage}"] or Decimal(0),
            )
            for stage in _STAGES
        ),
    )


def _worst() -> dict[str, list[Project]]:
    """Of each stage the first few by light, the greatest first. Two queries."""
    nth = Window(
        RowNumber(), partition_by="stage", order_by=(_BY_LIGHT.asc(), F("total").desc(), F("pk"))
    )
    ranked = Project.objects.filter(_IN).annotate(nth=nth).filter(nth__lte=_ROWS)
    order = list(ranked.order_by("stage", "nth").values_list("pk", flat=True))
    shown = Project.objects.filter(pk__in=order).select_related("clock", "lead_unit", "street")
    rows = {row.pk: row for row in shown.defer("text")}
    found: dict[str, list[Project]] = {}
    for key in order:
        if key in rows:
            found.setdefault(rows[key].stage, []).append(rows[key])
    return found


def _column(stage: str, rows: list[Project], number: int, total: Decimal) -> Column:
    where, label = f'stage = "{stage}"', str(Project.Stage(stage).label)
    count = _of_projects(where, number, label)
    return Column(
        label,
        count,
        Figure(PROJECTS, where, "total:total", total, _("万元"), _("总投资")),
        tuple(rows),
        count.url,
    )


@dataclass(frozen=True)
class Warned:
    """A project with its light and why."""

    project: Project
    light: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Warnings:
    """The warning centre: projects before construction by light, approvals that are late."""

    stats: tuple[Figure, ...]
    projects: tuple[Warned, ...]
    items: tuple[tuple[Item, tuple[str, ...]], ...]


def warnings() -> Warnings:
    """Red and yellow before construction, the worst first, and late approvals. Four queries."""
    before = 'stage in ("planning", "early", "turning")'
    rows = Project.objects.filter(stage__in=BEFORE)
    counts = dict(
        rows.order_by().values_list("clock__light").annotate(n=Count("pk")).values_list(
            "clock__light", "n"
        )
    )  # fmt: skip
    late = Item.objects.filter(
        state=Item.State.RUNNING, clock__due_at__lt=_now(), project__stage__in=BEFORE
    )
    late_where = f'state = "running" and due_at < {now_where()} and {before}'
    words = {"red": _("滞后项目"), "yellow": _("预警项目"), "green": _("正常项目")}
    warned = rows.filter(clock__light__in=("red", "yellow")).select_related(
        "clock", "lead_unit", "street"
    )
    worst = warned.order_by(_BY_LIGHT, F("chance").asc(nulls_first=True), "pk")
    items = late.select_related("project", "unit", "clock").order_by("clock__due_at")
    return Warnings(
        (
            *(
                _of_projects(f'{before} and light = "{light}"', counts.get(light, 0), word)
                for light, word in words.items()
            ),
            Figure(ITEMS, late_where, value=late.count(), unit=_("项"), label=_("超期审批事项")),
        ),
        tuple(
            Warned(row, row.clock.light, tuple(reason_texts(row.clock.reasons)))
            for row in worst.defer("text")[:_WARNED]
            if row.clock
        ),
        tuple(
            (item, tuple(reason_texts(item.clock.reasons)) if item.clock else ())
            for item in items[:_LATE]
        ),
    )


@dataclass(frozen=True)
class Steering:
    """What leaders steer: problems by level, calls under way; `mine`: of one leader's projects."""

    stats: tuple[Figure, ...]
    levels: tuple[tuple[str, Figure, tuple[Problem, ...]], ...]
    calls: tuple[CallLine, ...]
    projects: tuple[Warned, ...]


def steering(leader: UUID | None = None) -> Steering:
    """Unsolved problems, those overdue first; of the projects that a leader answers for (挂点)
    where one is named; of each level those that are due first. Four queries."""
    own = f' and leader_id = "{leader}"' if leader else ""
    rows = Problem.objects.exclude(state=Problem.State.SOLVED)
    if leader:
        rows = rows.filter(project__leader=leader)
    levels = ("leader", "bureau", "street")
    found = rows.aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=_now())),
        **{level: Count("pk", filter=Q(level=level)) for level in levels},
    )
    unsolved = f'state != "solved"{own}'
    lines = CallLine.objects.filter(came_at=None, call__closed_at=None)
    if leader:
        lines = lines.filter(call__project__leader=leader)
    stats = [
        Figure(PROBLEMS, unsolved, value=found["all"], unit=_("件"), label=_("未解决问题")),
        Figure(
            PROBLEMS, f"{unsolved} and due_at < {now_where()}", value=found["late"], unit=_("件"),
            label=_("到期未答复或未解决"),
        ),
    ]  # fmt: skip
    if not leader:
        stats.append(
            Figure(
                CALLED, "not came_at known and not closed_at known", value=lines.count(),
                unit=_("家"), label=_("部门未报到"),
            )
        )  # fmt: skip
    shown = lines.select_related("call__project", "call__street", "unit", "clock")
    first = _first_of_levels(rows)
    return Steering(
        tuple(stats),
        tuple(_level(level, first.get(level, []), found[level], own) for level in levels),
        tuple(shown.order_by("call__due_at", "pk")[:_PROBLEMS]),
        _hung(leader) if leader else (),
    )


def _first_of_levels(rows: QuerySet[Problem]) -> dict[str, list[Problem]]:
    """Of each level the problems that are due first. One query."""
    nth = Window(RowNumber(), partition_by="level", order_by=("due_at", "pk"))
    ranked = rows.annotate(nth=nth).filter(nth__lte=_PROBLEMS)
    found: dict[str, list[Problem]] = {}
    for one in ranked.select_related("project", "unit", "clock").order_by("due_at", "pk"):
        found.setdefault(one.level, []).append(one)
    return found


def _level(
    level: str, rows: list[Problem], number: int, own: str
) -> tuple[str, Figure, tuple[Problem, ...]]:
    label = str(Problem.Level(level).label)
    where = f'level = "{level}" and state != "solved"{own}'
    return (
        label,
        Figure(PROBLEMS, where, value=number, unit=_("件"), label=label),
        tuple(rows),
    )


def _hung(leader: UUID) -> tuple[Warned, ...]:
    """The worst of the open projects that a leader answers for. One query."""
    rows = Project.objects.filter(_IS_OPEN, leader=leader, clock__isnull=False)
    shown = rows.select_related("clock", "lead_unit", "street").defer("text")
    return tuple(
        Warned(row, row.clock.light, tuple(reason_texts(row.clock.reasons)))
        for row in shown.order_by(_BY_LIGHT, "-total", "pk")[:_WARNED]
        if row.clock
    )


def leaders() -> list[tuple[Member, Figure]]:
    """The leaders who answer for projects, each with how many are open. One query."""
    counted = (
        Project.objects.exclude(stage__in=("completed", "dropped"))
        .exclude(leader=None)
        .values("leader")
        .annotate(n=Count("pk"))
        .order_by("leader")
    )
    numbers = {row["leader"]: row["n"] for row in counted}
    rows = Member.objects.filter(pk__in=list(numbers)).order_by("name")
    return [
        (
            row,
            _of_projects(f'leader_id = "{row.pk}" and {OPEN}', numbers[row.pk], row.display_name),
        )
        for row in rows
    ]


def leader_of_some(key: UUID) -> Member | None:
    """The member, where any open project is theirs to answer for. One query."""
    theirs = Project.objects.filter(_IS_OPEN, leader=key).order_by().values("leader")
    return Member.objects.filter(pk=key, pk__in=theirs).first()


def on_parcel(code: str) -> list[Project]:
    """The projects on a parcel, the newest first. One query."""
    rows = Project.objects.filter(parcel=code).select_related("clock", "lead_unit")
    return list(rows.defer("text").order_by("-number")[:20])
