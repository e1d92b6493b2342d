"""Measures of investment projects, for every responsible unit and for the whole district."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from district.kernel.base import clock
from district.kernel.measures.public import Computed, MeasureSpec, StatPeriod, once_a_run
from district.kernel.organisation.public import root_code
from district.systems.projects.models import Month, Project
from district.systems.projects.rules.settings import Works
from district.systems.projects.selectors.settings import settings

Values = Mapping[str, Decimal]
_YI = Decimal(10_000)


@once_a_run
def _units() -> frozenset[str]:
    """The units that have any project: one that has nothing in a period counts 0. One query."""
    leads = Project.objects.order_by().values_list("lead_unit_id", flat=True).distinct()
    return frozenset({*leads, root_code()})


def _summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """What was counted, by unit and under the root's code for all."""
    found = dict.fromkeys(_units(), Decimal(0))
    for unit, number in pairs:
        found[unit] += number
        if unit != root_code():
            found[root_code()] += number
    return found


def invested(column: str) -> Callable[[StatPeriod], Values]:
    """The sum of a column of the months that lie in the period, in 亿元."""

    def count(period: StatPeriod) -> Values:
        rows = Month.objects.filter(month__range=(period.start, period.end))
        summed = rows.order_by().values_list("project__lead_unit_id").annotate(sum=Sum(column))
        return _summed((unit, (amount or Decimal(0)) / _YI) for unit, amount in summed)

    return count


def _counting(condition: Callable[[StatPeriod], Q]) -> Callable[[StatPeriod], Values]:
    def count(period: StatPeriod) -> Values:
        rows = Project.objects.filter(condition(period)).exclude(stage=Project.Stage.DROPPED)
        return _summed((unit, Decimal(1)) for unit in rows.values_list("lead_unit_id", flat=True))

    return count


def _started(period: StatPeriod) -> Q:
    return Q(started_on__range=(period.start, period.end))


#: Projects whose construction began in the period.
new_starts = _counting(_started)
#: Of them those of a hundred million yuan and more in all.
new_starts_100m = _counting(lambda period: _started(period) & Q(total__gte=_YI))
#: Projects completed in the period.
completed = _counting(lambda period: _completed(period))
#: Projects that came to be counted in statistics in the period.
newly_counted = _counting(
    lambda period: Q(counted_on__range=(period.start, period.end), counted="counted")
)


def _completed(period: StatPeriod) -> Q:
    return Q(finished_on__range=(period.start, period.end))


def _begun(period: StatPeriod) -> Q:
    return Q(started_on__lte=period.end)


def _under_way(period: StatPeriod) -> Q:
    return _begun(period) & (Q(finished_on=None) | Q(finished_on__gt=period.end))


#: Projects that were begun and not completed at the end of the period.
under_way = _counting(_under_way)


def key_projects(period: StatPeriod) -> Values:
    """Projects of a year's planned investment from `key_from` on that are neither completed nor
    given up. As it stands today: of a period that is over there is a value on the day after its end
    alone."""
    if period.end < clock.today() - timedelta(days=1):
        return {}
    rows = Project.objects.filter(year=period.end.year, year_plan__gte=settings().key_from)
    rows = rows.exclude(stage__in=(Project.Stage.COMPLETED, Project.Stage.DROPPED))
    return _summed((unit, Decimal(1)) for unit in rows.values_list("lead_unit_id", flat=True))


def _large(period: StatPeriod) -> Q:
    return _begun(period) & Q(total__gte=settings().leader_from)


#: Projects from `leader_from` on whose construction began in the period.
large_starts = _counting(lambda period: _started(period) & Q(total__gte=settings().leader_from))


def large_counted_share(period: StatPeriod) -> Values:
    """Of the projects from `leader_from` on that were begun by the end of the period, those counted
    in statistics by then, in percent; no value where there are none (应统尽统)."""
    rows = Project.objects.filter(_large(period)).exclude(stage=Project.Stage.DROPPED)
    all_: dict[str, int] = {}
    counted: dict[str, int] = {}
    for unit, state, on in rows.values_list("lead_unit_id", "counted", "counted_on"):
        for code in {unit, root_code()}:
            all_[code] = all_.get(code, 0) + 1
            if state == Project.Counted.COUNTED and (on is None or on <= period.end):
                counted[code] = counted.get(code, 0) + 1
    return {
        code: (Decimal(counted.get(code, 0) * 100) / number).quantize(Decimal("0.01"))
        for code, number in all_.items()
    }


def _outputs(works: str, condition: Callable[[StatPeriod], Q]) -> Callable[[StatPeriod], Values]:
    def add(period: StatPeriod) -> Values:
        rows = Project.objects.filter(condition(period), works=works, output__isnull=False)
        rows = rows.exclude(stage=Project.Stage.DROPPED)
        summed = rows.order_by().values_list("lead_unit_id").annotate(sum=Sum("output"))
        return _summed((unit, amount) for unit, amount in summed)

    return add


def _numbers(works: str, condition: Callable[[StatPeriod], Q]) -> Callable[[StatPeriod], Values]:
    return _counting(lambda period: condition(period) & Q(works=works))


def works_measures() -> list[Computed]:
    """The measures of each kind of works that the settings name: `projects_<works>_started`,
    `_completed` and `_under_way`, and `projects_<works>_output_started` and `_output_completed`
    where a project adds something."""
    return [one for works in settings().works.values() for one in _of_works(works)]


def _of_works(works: Works) -> list[Computed]:
    steps = (
        ("started", "动工", "begun", "实际开工", _started),
        ("completed", "完工", "completed", "实际竣工", _completed),
    )
    found = []
    for key, word, english, day, condition in steps:
        name = f"{works.zh}项目{word}数" if works.unit == "个" else f"{word}的{works.zh}"
        spec = MeasureSpec(
            f"projects_{works.key}_{key}", name, f"{works.en or works.key}: projects {english}",
            unit=works.unit, decimals=0, source="system", aggregation="flow",
            definition=f"投资项目库中建设类别为{works.zh}的项目，按{day}日期统计，终止的不计。",
        )  # fmt: skip
        found.append(Computed(spec, _numbers(works.key, condition)))
        if not works.output:
            continue
        spec = MeasureSpec(
            f"projects_{works.key}_output_{key}",
            f"{works.zh}项目{word}{works.output}",
            f"{works.en or works.key}: {works.output_en or works.output} of projects {english}",
            unit=works.output_unit, decimals=2, source="system", aggregation="flow",
            definition=f"投资项目库中建设类别为{works.zh}的项目建成后新增的{works.output}，"
            f"按{day}日期统计，终止的不计。",
        )  # fmt: skip
        found.append(Computed(spec, _outputs(works.key, condition)))
    return [*found, _works_under_way(works)]


def _works_under_way(works: Works) -> Computed:
    spec = MeasureSpec(
        f"projects_{works.key}_under_way",
        f"在建{works.zh}项目数" if works.unit == "个" else f"在建的{works.zh}",
        f"{works.en or works.key}: projects under construction",
        unit=works.unit, decimals=0, source="system", aggregation="stock",
        definition=f"投资项目库中建设类别为{works.zh}的项目，期末已开工未竣工的，终止的不计。",
    )  # fmt: skip
    return Computed(spec, _numbers(works.key, _under_way))
