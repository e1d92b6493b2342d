"""Everything under way by unit, light and type, as one member may see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.cases.public import UNDER_WAY, Case, units_kept, visible_q
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, Unit
from district.kernel.registers.public import Figure
from district.systems.operations_centre.board.rules import (
    KINDS,
    By,
    Counts,
    Group,
    kind_of,
    rolled_up,
)
from district.systems.operations_centre.board.selectors.figures import (
    TypeColumn,
    figure,
    kind_words,
    types_of,
    where_kind,
    where_unit,
)

#: Nothing opens nothing; most of a board is nothing.
NONE = figure(0, "")
#: A place of a case is its community, else its street.
_LEVELS = {
    "lead": (Level.STREET, Level.DEPARTMENT, Level.COMMUNITY),
    "place": (Level.STREET, Level.COMMUNITY),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a unit has of one type: all of it, and what is late or nearly so."""

    all: Figure
    red: Figure
    yellow: Figure


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A row of the board: a unit (`alone`: what is its own), its figures by kind and by type.

    While its numbers and words stay the same, so does the object.
    """

    code: str
    #: Its place on the page, under which the page notices that its number changed.
    key: str
    name: str
    level: str
    alone: bool
    all: Figure
    kinds: tuple[tuple[str, Figure], ...]
    cells: tuple[Cell, ...]
    opens: bool


@dataclass(frozen=True)
class Matrix:
    """The board of one unit."""

    unit: Unit
    by: By
    types: tuple[TypeColumn, ...]
    whole: Line
    lines: tuple[Line, ...]
    #: How many units have nothing under way.
    quiet: int

    @property
    def has_none(self) -> bool:
        """Whether any case has no light, which hardly ever happens."""
        return any(one.value for kind, one in self.whole.kinds if kind == "none")


def groups_of(actor: Actor, by: By) -> list[Group]:
    """What is under way by unit, type and kind. One query over what is open."""
    place = by == "place"
    units = ("community_unit", "street_unit") if place else ("lead_unit",)
    rows = Case.objects.filter(visible_q(actor), category__in=UNDER_WAY).order_by()
    columns = (*units, "type_key", "category", "clock__light")
    counted = rows.values_list(*columns).annotate(n=Count("*"))
    found = []
    for *codes, type_key, category, light, count in counted:
        unit = next((code for code in codes if code), "")
        found.append(Group(unit, type_key, kind_of(category, light), count))
    return found


def matrix_of(actor: Actor, unit: Unit, by: By) -> Matrix:
    """The board of a unit for `actor`. One query, and the units as of a few seconds ago."""
    known, types = units_kept(), tuple(types_of(actor))
    children = [one for one in known.values() if one.parent_id == unit.pk]
    paths = {code: one.path for code, one in known.items()}
    if by == "place":
        # What nobody knows the place of is the district's own.
        paths[""] = next((one.path for one in known.values() if one.parent_id is None), "")
    codes = [child.pk for child in children]
    whole, each = rolled_up(groups_of(actor, by), paths, unit.pk, codes)
    lines = [
        _line(child, each[child.pk], types, by, opens=_opens(child, known, by))
        for child in children
        if each[child.pk].cells or _stands_always(child)
    ]
    if each[unit.pk].cells and (lines or by == "lead"):
        lines.append(_line(unit, each[unit.pk], types, by, alone=True))
    return Matrix(
        unit=unit,
        by=by,
        types=types,
        whole=_line(unit, whole, types, by),
        lines=tuple(lines),
        quiet=sum(1 for one in children if _is_expected(one, by) and not each[one.pk].cells),
    )


def _is_expected(unit: Unit, by: By) -> bool:
    """Whether one would look for it; any other has a line only while it has something."""
    return unit.is_active and unit.level in _LEVELS[by]


def _stands_always(unit: Unit) -> bool:
    return unit.is_active and unit.level in (Level.STREET, Level.COMMUNITY)


def _opens(unit: Unit, known: dict[str, Unit], by: By) -> bool:
    """Whether a unit has a board of its own worth opening: units below it, or it leads cases."""
    return by == "lead" or any(one.parent_id == unit.pk for one in known.values())


def _line(
    unit: Unit,
    counts: Counts,
    types: tuple[TypeColumn, ...],
    by: By,
    *,
    alone: bool = False,
    opens: bool = False,
) -> Line:
    name = unit.display_short or unit.display_name
    if alone:
        # The units' own board says whose; a line of its own says that nobody below has them.
        name = _("%(unit)s本级") % {"unit": name} if by == "lead" else _("地点未定")
    where = where_unit(unit, by, alone=alone)
    counted = tuple(sorted(counts.cells.items()))
    key = f"{unit.pk}-alone" if alone else unit.pk
    return _made(
        unit.pk, key, name, unit.level, alone, opens, where, counted, types, get_language()
    )


# A board is fetched again at each change, and then one line of some forty is another.
@lru_cache(maxsize=2000)
def _made(
    code: str,
    key: str,
    name: str,
    level: str,
    alone: bool,
    opens: bool,
    where: str,
    counted: tuple[tuple[tuple[str, str], int], ...],
    types: tuple[TypeColumn, ...],
    language: str | None,
) -> Line:
    """The line of a unit whose cases are those of `where`, with its words in that language."""
    kinds, counts = kind_words(), Counts(dict(counted))

    def one(kind: str = "", type_key: str = "", label: str = "") -> Figure:
        value = counts.of(type_key, kind)
        if not value:
            return NONE
        of_type = f'type = "{type_key}"' if type_key else ""
        words = " · ".join(word for word in (name, label, kinds.get(kind, "")) if word)
        return figure(value, words, where_kind(kind), where, of_type)

    return Line(
        code=code,
        key=key,
        name=name,
        level=level,
        alone=alone,
        all=one(),
        kinds=tuple((kind, one(kind)) for kind in KINDS),
        cells=tuple(
            Cell(
                one("", each.key, each.label),
                one("red", each.key, each.label),
                one("yellow", each.key, each.label),
            )
            for each in types
        ),
        opens=opens,
    )
