"""A pack's content and figures, gathered from what is known now."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from district.systems.economy.models import Decision, Meeting, PackFigure, Supposition
from district.systems.economy.rules.growth import supposed
from district.systems.economy.rules.packs import Content, SupposedPart
from district.systems.economy.selectors.known import base_of
from district.systems.economy.selectors.packs.book import GROWTH_PLACES, Book, Name
from district.systems.economy.selectors.packs.decisions import agenda_of, what_became
from district.systems.economy.selectors.packs.indicators import indicator_part
from district.systems.economy.selectors.packs.known import Known, known_by_month
from district.systems.economy.selectors.settings import member_names


def gathered(meeting: Meeting, earlier: Sequence[Decision]) -> tuple[Content, list[PackFigure]]:
    """What a pack of the meeting says now, and its figures, not yet written. `earlier` are the
    decisions of the meetings before, with commitments and lights."""
    book = Book()
    known = known_by_month(meeting.year, meeting.month)
    by_key = {one.series.key: one for one in known}
    content = Content(
        members=member_names(),
        decisions=what_became(meeting, earlier),
        indicators=[indicator_part(one, book) for one in known],
        suppositions=[
            part
            for at, row in enumerate(meeting.suppositions.all(), 1)
            if row.series_id in by_key
            and (part := _supposed(row, by_key[row.series_id], at, book)) is not None
        ],
        agenda=agenda_of(meeting),
    )
    return content, list(book.rows.values())


def _supposed(row: Supposition, known: Known, at: int, book: Book) -> SupposedPart | None:
    """A kept what-if over the newest figures; None where they do not allow it."""
    latest, series = known.latest, known.series
    if latest is None or latest.value is None:
        return None
    rows = {one.key: one.row for one in known.members.get(row.dimension, ())}
    members = {
        key: (one.value, base)
        for key, one in rows.items()
        if one.value is not None and (base := base_of(one)) is not None and base > 0
    }
    growths = {key: Decimal(text) for key, text in row.growths.items() if key in members}
    if not growths:
        return None
    found = supposed(latest.value, base_of(latest), members, growths)
    rests = book.resting_on([latest, *(rows[key] for key in growths)])
    place = f"{series.key}.supposed.{at}"

    def put(name: Name, value: Decimal | None, unit: str, places: int) -> str | None:
        return book.computed(
            f"{place}.{name.value}", series, name, value, rests,
            unit=unit, places=places, period_end=latest.period_end,
        )  # fmt: skip

    return SupposedPart(
        series=series.key,
        name=series.name,
        name_en=series.name_en,
        dimension=row.dimension,
        growths={key: row.growths[key] for key in growths},
        level=put(Name.SUPPOSED, found.level, series.unit, series.places) or "",
        change=put(Name.CHANGE, found.change, series.unit, series.places) or "",
        growth=put(Name.SUPPOSED_GROWTH, found.growth, "%", GROWTH_PLACES + 1),
    )
