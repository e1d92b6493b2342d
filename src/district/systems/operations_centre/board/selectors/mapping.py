"""Cases under way as points of a map, and the areas that they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case as When
from django.db.models import Count, IntegerField, Q, QuerySet, Value
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


@dataclass(frozen=True)
class MapAsked:
    """What the map shows: the cases that a unit leads or that lie in it, of a type, of a kind."""

    unit: Unit
    type_key: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A case on the map."""

    id: str
    number: str
    title: str
    type_label: str
    unit: str
    kind: str
    kind_word: str
    due: str
    lon: float
    lat: float
    url: str


@dataclass(frozen=True)
class Mapped:
    """The points, and how many there are in all, with a place and without."""

    spots: tuple[Spot, ...]
    drawn: int
    placed: int
    without_place: int


@dataclass(frozen=True)
class _Words:
    """Names in the language of the page, looked up once for the thousands of spots."""

    types: dict[str, str]
    units: dict[str, str]
    kinds: dict[str, str]


def mapped(actor: Actor, asked: MapAsked, *, counted: bool = True) -> Mapped:
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
    columns = (
        "pk",
        "number",
        "title",
        "type_key",
        "lead_unit",
        "category",
        "clock__light",
        "clock__due_at",
        "lon",
        "lat",
    )
    found = rows.filter(known).order_by(order, "-reported_at", "pk").values_list(*columns)
    words = _Words(
        {one.key: said(one.label) for one in case_types()},
        {code: unit.display_short for code, unit in units_kept().items()},
        kind_words(),
    )
    spots = tuple(_spot(row, words) for row in found[:MOST_POINTS])
    if not counted:
        return Mapped(spots, len(spots), len(spots), 0)
    counts = rows.aggregate(placed=Count("pk", filter=known), all=Count("pk"))
    return Mapped(spots, len(spots), counts["placed"], counts["all"] - counts["placed"])


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


def _spot(row: tuple[Any, ...], words: _Words) -> Spot:
    pk, number, title, type_key, lead, category, light, due, lon, lat = row
    kind = kind_of(category, light)
    return Spot(
        id=str(pk),
        number=number,
        title=without_numbers(title),
        type_label=words.types.get(type_key, type_key),
        unit=words.units.get(lead, lead),
        kind=kind,
        kind_word=words.kinds[kind],
        due=timezone.localtime(due).strftime("%m-%d %H:%M") if due else "",
        lon=float(lon),
        lat=float(lat),
        url=case_url(pk),
    )


def features(found: Mapped) -> dict[str, Any]:
    """The points as GeoJSON, for the map island."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": spot.id,
                "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
                "properties": {
                    "id": spot.id,
                    "title": spot.number,
                    "note": f"{spot.type_label} · {spot.unit} · {spot.kind_word}",
                    "url": spot.url,
                    **({"mark": "paused"} if spot.kind == "paused" else {"light": spot.kind}),
                },
            }
            for spot in found.spots
        ],
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
