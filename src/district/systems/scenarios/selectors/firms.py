"""What an enterprise reads of its own entries by its credit code, and of what is published; nothing
of another enterprise that is not public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import said
from district.kernel.organisation.public import Unit
from district.systems.scenarios.catalogue import catalogue, kind_of
from district.systems.scenarios.models import Edition, Entry, Line
from district.systems.scenarios.rules.kinds import Kind
from district.systems.scenarios.selectors.entries import (
    PublicLine,
    column_labels,
    line_in_words,
    proposed_values,
    public_content,
    shown,
)
from district.systems.scenarios.selectors.matching import counterparts, matches_of

#: Parts of a score that come of what units said of pairs, which is theirs.
_UNITS_OWN = ("experience", "verdict")
#: Of a published entry nothing more is found for one look.
_MOST = 200


def kinds_for_enterprises() -> list[tuple[str, str]]:
    """The kinds of which an enterprise may offer an entry itself: key and label."""
    return [(kind.key, said(kind.label)) for kind in catalogue().kinds.values() if kind.firms]


@dataclass(frozen=True)
class OwnEntry:
    """An entry as its enterprise sees it.

    `own` says that the enterprise offered it itself, so that it may change and withdraw it; the
    others were written down by a unit and stand in a published list. `line` is what is or would be
    published, `proposed` a change that waits, label by value in words; `refusal` why it was last
    refused. `edition` is the address of the newest edition that holds it, "" where none does.
    """

    id: UUID
    own: bool
    state: str
    state_word: str
    line: PublicLine
    proposed: tuple[tuple[str, str], ...]
    refusal: str
    edition: str
    changed_at: datetime


def _rows_of(code: str) -> QuerySet[Entry]:
    code = code.strip().upper()
    mine = Q(offered_by=code) & ~Q(offered_by="")
    told = Q(organisation_code=code, state=Entry.State.PUBLISHED) & ~Q(organisation_code="")
    return Entry.objects.filter(mine | told).select_related(
        "lead_unit", "street_unit", "published_in"
    )


def entries_of_enterprise(code: str) -> list[OwnEntry]:
    """The entries that the enterprise offered itself, and published ones of it; the one changed
    last first. One query."""
    rows = _rows_of(code).order_by("-changed_at", "-pk")[:_MOST]
    return [_own(row, code) for row in rows]


def entry_of_enterprise(code: str, entry_id: UUID | str) -> OwnEntry:
    """One of them; NotFound for any other. One query."""
    return _own(_entry(code, entry_id), code)


def _entry(code: str, entry_id: UUID | str) -> Entry:
    try:
        found = _rows_of(code).filter(pk=entry_id).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这个条目。"))
    return found


def _own(row: Entry, code: str) -> OwnEntry:
    kind = kind_of(row.kind)
    labels = column_labels([kind])
    return OwnEntry(
        row.pk,
        row.offered_by == code.strip().upper(),
        row.state,
        str(row.get_state_display()),
        line_in_words(public_content(row, kind), labels),
        tuple((one.label, one.wanted) for one in changes_proposed(row, kind)),
        row.refusal,
        row.published_in.get_absolute_url() if row.published_in else "",
        row.changed_at,
    )


@dataclass(frozen=True)
class Proposed:
    """A column that an enterprise wants otherwise: its label, as it is and as it shall be."""

    label: str
    now: str
    wanted: str


def changes_proposed(row: Entry, kind: Kind) -> list[Proposed]:
    """What a change that waits would alter, in words; empty where none waits. One query where a
    street is among it."""
    if not row.proposed:
        return []
    wanted = dict(row.proposed)
    if "street" in wanted:
        street = Unit.objects.filter(pk=wanted["street"] or "").first()
        wanted["street"] = street.short_name if street else ""
    content, labels = public_content(row, kind), column_labels([kind])
    return [
        Proposed(labels[key], shown(content, key), shown({**content, key: wanted[key]}, key))
        for key in labels
        if key in wanted
    ]


def values_of_entry(code: str, entry_id: UUID | str) -> dict[str, Any]:
    """An own entry's values for a form, by the keys of `offer_by_enterprise`, with the change that
    waits; who to call is not among them. NotFound for any other. One query."""
    row = _entry(code, entry_id)
    known = {
        "title": row.title,
        "text": row.text,
        "organisation": row.organisation,
        "area": row.area,
        "tags": list(row.tags),
        "stage": row.stage,
        "money": row.money,
        "street": row.street_unit_id or "",
        "place": row.place,
        "valid_until": row.valid_until,
        **row.own,
    }
    return {**known, **proposed_values(row)}


@dataclass(frozen=True)
class PublicMatch:
    """A published counterpart of an own entry: its line, the edition's address, and why it fits,
    part and reason in words; the best stand first."""

    line: PublicLine
    edition: str
    reasons: tuple[tuple[str, str], ...]


def matches_of_entry(code: str, entry_id: UUID | str) -> list[PublicMatch]:
    """The published counterparts of one of the enterprise's entries, as they were published.

    NotFound for any other entry. What has changed since its edition is left out until it is
    published again, and what units said of pairs is not told. Five queries.
    """
    row = _entry(code, entry_id)
    kind = kind_of(row.kind)
    among = counterparts(kind).filter(state=Entry.State.PUBLISHED).exclude(published_in=None)
    found = matches_of(row, among).found
    labels = column_labels(kind_of(key) for key in kind.meets)
    lines = {
        one.entry_id: one
        for one in Line.objects.filter(
            entry__in=[each.entry.pk for each in found], edition=F("entry__published_in")
        ).select_related("edition")
    }
    return [
        PublicMatch(
            line_in_words(lines[one.entry.pk].content, labels),
            lines[one.entry.pk].edition.get_absolute_url(),
            tuple((word, why) for word, why, part in one.parts if part.key not in _UNITS_OWN),
        )
        for one in found
        if one.entry.pk in lines
    ]


def opportunities_published(*, text: str = "", area: str = "") -> list[tuple[PublicLine, str]]:
    """What the newest editions say is wanted (opportunities, problems, public projects), each with
    the edition's address; those that say `text` and lie in the `area` of technology. Two queries.
    """
    newest: dict[str, Edition] = {}
    for edition in Edition.objects.order_by("list_key", "number"):
        newest[edition.list_key] = edition
    needs = [kind for kind in catalogue().kinds.values() if kind.side == "need"]
    labels = column_labels(needs)
    rows = Line.objects.filter(
        edition__in=[one.pk for one in newest.values()], kind__in=[kind.key for kind in needs]
    )
    found = []
    for row in rows.select_related("edition").order_by("edition__list_key", "position"):
        content, words = row.content, text.strip()
        if (area and content.get("area") != area) or (
            words and words not in f"{content['title']}\n{content['text']}"
        ):
            continue
        found.append((line_in_words(content, labels), row.edition.get_absolute_url()))
    return found[:_MOST]
