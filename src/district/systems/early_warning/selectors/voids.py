"""Voids below roads: how each stands, and the figures by road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case as When
from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models import When as Is
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.registers.public import Figure
from district.systems.early_warning.models import RoadSurvey, RoadVoid
from district.systems.early_warning.names import VIEW_SURVEY, VOIDS
from district.systems.early_warning.selectors.rights import with_street_q
from district.systems.early_warning.selectors.words import quoted

Standing = RoadVoid.Standing


def standing_now() -> Any:
    """How a void stands now, as an expression: a later survey's word, else its case's."""
    again = Q(standing=Standing.AGAIN)
    return When(
        Is(again, then=Value(Standing.AGAIN.value)),
        Is(case__stage="closed", then=Value(Standing.GONE.value)),
        Is(case__stage="resurvey", then=Value(Standing.RECTIFIED.value)),
        Is(case__stage="cancelled", then=Value(Standing.WATCHED.value)),
        default=F("standing"),
        output_field=CharField(),
    )


def voids_seen(actor: Actor) -> QuerySet[RoadVoid]:
    """The voids that the actor may see, with how each stands as `now`."""
    rows = RoadVoid.objects.filter(with_street_q(visible(actor, VIEW_SURVEY)))
    return rows.annotate(now=standing_now())


def void_for(key: UUID | str, actor: Actor) -> RoadVoid:
    """A void with its survey, case and the earlier one; NotFound where the actor may not see it."""
    rows = voids_seen(actor).select_related(
        "survey", "lead_unit", "street_unit", "community_unit", "case__lead_unit", "earlier__survey"
    )
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这处病害，或您没有查看的权限。"))
    return found


def survey_for(key: UUID | str, actor: Actor) -> RoadSurvey:
    """A survey; NotFound where the actor may not see it."""
    rows = RoadSurvey.objects.filter(visible(actor, VIEW_SURVEY).q("lead_unit"))
    found = rows.select_related("lead_unit").filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这次检测，或您没有查看的权限。"))
    return found


@dataclass(frozen=True)
class RoadLine:
    """A road with its newest voids: all, by grade, and how many are not put right."""

    road: str
    all: Figure
    grades: tuple[Figure, ...]
    open: Figure
    rectified: Figure
    gone: Figure


def roads(actor: Actor, *, survey: RoadSurvey | None = None, most: int = 200) -> list[RoadLine]:
    """The roads with voids, those with most that are not put right first; of one survey or of all.

    A place that a later survey found again counts once, as that one says. One query.
    """
    rows = voids_seen(actor)
    rows = rows.filter(survey=survey) if survey else rows.filter(later=None)
    by_grade = {f"g{grade}": Count("pk", filter=Q(grade=grade)) for grade in RoadVoid.Grade.values}
    counted = (
        rows.order_by()
        .values("road")
        .annotate(
            n=Count("pk"),
            open=Count("pk", filter=Q(now__in=(Standing.OPEN, Standing.AGAIN))),
            rectified=Count("pk", filter=Q(now=Standing.RECTIFIED)),
            gone=Count("pk", filter=Q(now=Standing.GONE)),
            **by_grade,
        )
        .order_by("-open", "-n", "road")
    )
    return [_line(dict(row), survey) for row in counted[:most]]


def _line(row: dict[str, Any], survey: RoadSurvey | None) -> RoadLine:
    where = f"road = {quoted(row['road'])}"
    where += f" and survey = {quoted(survey.number)}" if survey else " and newest = true"

    def figure(value: int, more: str, label: str) -> Figure:
        return Figure(VOIDS, f"{where}{more}", value=value, unit=_("处"), label=label)

    grades = tuple(
        figure(row[f"g{grade}"], f' and grade = "{grade}"', str(label))
        for grade, label in RoadVoid.Grade.choices
    )
    return RoadLine(
        row["road"],
        figure(row["n"], "", _("合计")),
        grades,
        figure(row["open"], f' and now in ("{Standing.OPEN}", "{Standing.AGAIN}")', _("未整治")),
        figure(row["rectified"], f' and now = "{Standing.RECTIFIED}"', _("已整治，待复测")),
        figure(row["gone"], f' and now = "{Standing.GONE}"', _("复测已消除")),
    )
