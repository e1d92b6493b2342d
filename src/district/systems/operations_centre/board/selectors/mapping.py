"""Cases under way as points of a map, and the areas that they lie in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case as When
from django.db.models import Count, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value
from django.db.models import When as Is
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.masking import without_numbers
from district.kernel.cases.public import (
    UNDER_WAY,
    Case,
    case_types,
    case_url,
    said,
    units_kept,
    visible_q,
)
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, Unit
from district.kernel.places.public import AreaLevel
from district.kernel.places.public import ground as areas_below
from district.systems.operations_centre.board.rules import LIGHTS, kind_of
from district.systems.operations_centre.board.selectors.figures import kind_words

MOST_POINTS = 3000
#: As many as the list beside the map holds.
LISTED = 60
_NONE = UUID(int=0)


@dataclass(frozen=True)
class MapAsked:
    """What the map shows: the cases that a unit leads or that lie in it, of a type, of a kind."""

    unit: Unit
    type_key: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A case of the list beside the map."""

    id: str
    title: str
    type_label: str
    unit: str
    kind: str
    kind_word: str
    due: str
    url: str


#: A case on the map: id, number, type, leading unit, kind, longitude and latitude in millionths of
#: a degree of WGS-84.
Point = tuple[str, str, str, str, str, int, int]


@dataclass(frozen=True)
class Mapped:
    """The points, the first of them as a list, and how many there are in all, with a place and
    without."""

    points: tuple[Point, ...]
    spots: tuple[Spot, ...]
    drawn: int
    placed: int
    without_place: int


def mapped(actor: Actor, asked: MapAsked, *, counted: bool = True, listed: int = LISTED) -> Mapped:
    """The most pressing cases under way with a place; two queries, one where it need not be
    `counted` how many are not drawn.

    Confidential ones and those about a unit lie on no map: where somebody was would tell who.
    """
    rows = _rows(actor, asked)
    known = Q(lon__isnull=False, lat__isnull=False)
    order = When(
        *(Is(clock__light=light, then=Value(at)) for at, light in enumerate(LIGHTS)),
        default=Value(len(LIGHTS)),
        output_field=IntegerField(),
    )
    found = rows.filter(known).order_by(order, "-reported_at", "pk").values_list(*_COLUMNS)
    drawn = list(found[:MOST_POINTS])
    points = tuple(_point(*row) for row in drawn)
    types, kinds = _type_words(), kind_words()
    spots = tuple(_spot(row, types, kinds) for row in drawn[:listed])
    if not counted:
        return Mapped(points, spots, len(points), len(points), 0)
    counts = rows.aggregate(placed=Count("pk", filter=known), all=Count("pk"))
    without = counts["all"] - counts["placed"]
    return Mapped(points, spots, len(points), counts["placed"], without)


def _whole(name: str) -> ExpressionWrapper[F]:
    """As the database has it: thousands of them need not become decimals first."""
    return ExpressionWrapper(F(name), output_field=IntegerField())


_COLUMNS = (
    "pk", "number", "type_key", "lead_unit", "category", "clock__light", _whole("lon"),
    _whole("lat"), "title", "clock__due_at",
)  # fmt: skip


def _point(
    pk: UUID, number: str, type_key: str, lead: str, category: str, light: str | None,
    lon: int, lat: int, *_rest: Any,
) -> Point:  # fmt: skip
    return str(pk), number, type_key, lead, kind_of(category, light), lon, lat


def _rows(actor: Actor, asked: MapAsked) -> QuerySet[Case]:
    # Spelled so that nobody looks for "about no unit" in the index of units: nearly all are.
    rows = Case.objects.alias(about=Coalesce("complained_unit_id", Value("")))
    rows = rows.filter(visible_q(actor), category__in=UNDER_WAY, is_confidential=False, about="")
    if asked.type_key:
        rows = rows.filter(type_key=asked.type_key)
    if asked.kind == "paused":
        rows = rows.filter(category=Case.Category.PAUSED)
    elif asked.kind == "none":
        rows = rows.filter(Q(clock=None) | Q(clock__light="none"), category=Case.Category.OPEN)
    elif asked.kind:
        rows = rows.filter(clock__light=asked.kind, category=Case.Category.OPEN)
    return rows.filter(_under(asked.unit))


def _under(unit: Unit) -> Q:
    """What happened in a street or community, whoever leads it, or what a department leads."""
    if unit.level == Level.DISTRICT:
        return Q()
    led = Q(lead_unit__path__startswith=unit.path)
    return led | {
        Level.STREET.value: Q(street_unit=unit.pk),
        Level.COMMUNITY.value: Q(community_unit=unit.pk),
    }.get(unit.level, Q(pk__in=[]))


def _spot(row: tuple[Any, ...], types: Mapping[str, str], kinds: Mapping[str, str]) -> Spot:
    pk, _number, type_key, lead, category, light, _lon, _lat, title, due = row
    kind = kind_of(category, light)
    unit = units_kept().get(lead)
    return Spot(
        id=str(pk),
        title=without_numbers(title),
        type_label=types.get(type_key, type_key),
        unit=unit.display_short if unit else lead,
        kind=kind,
        kind_word=kinds[kind],
        due=timezone.localtime(due).strftime("%m-%d %H:%M") if due else "",
        url=case_url(pk),
    )


def _type_words() -> dict[str, str]:
    return {one.key: said(one.label) for one in case_types()}


def cases_of(found: Mapped) -> dict[str, Any]:
    """The points for the map island, which makes GeoJSON of them: names in the language of the page
    are said once, not with each of thousands of cases."""
    leading = {point[3] for point in found.points}
    return {
        "address": case_url(_NONE).removesuffix(f"{_NONE}/"),
        "types": _type_words(),
        "units": {
            code: unit.display_short for code, unit in units_kept().items() if code in leading
        },
        "kinds": kind_words(),
        "rows": found.points,
    }


def ground(unit: Unit) -> dict[str, Any]:
    """The streets of the district, or the communities of a street, as shapes under the points.

    At most two queries, mostly one.
    """
    inside = unit if unit.level == Level.STREET else unit.parent
    below = unit.level in (Level.STREET, Level.COMMUNITY) and inside is not None
    level = AreaLevel.COMMUNITY if below else AreaLevel.STREET
    return areas_below(level, inside=inside.pk if below and inside is not None else "")


def honest_note(found: Mapped, *, approximate: bool) -> str:
    """What the map does not show, in a line."""
    words = []
    if found.drawn < found.placed:
        words.append(
            _("共 %(all)d 件有坐标，图上先画最急的 %(drawn)d 件。")
            % {"all": found.placed, "drawn": found.drawn}
        )
    if found.without_place:
        words.append(_("另有 %(n)d 件没有坐标，不在图上。") % {"n": found.without_place})
    words.append(_("保密和涉及单位投诉的事件不上图。"))
    if approximate:
        words.append(_("边界为示意，不作勘界依据。"))
    return "".join(words)
