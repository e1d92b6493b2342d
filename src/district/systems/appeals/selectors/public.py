"""What the public pages read: likely duplicates, how a report stands, the public map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.kernel.base import clock
from district.kernel.cases.public import (
    Case,
    CaseStep,
    Move,
    Near,
    PublicStatus,
    case_type_of,
    matter_of,
    near_cases,
    reporter_attachments,
    said,
)
from district.systems.appeals.names import TYPE
from district.systems.appeals.rules.places import distance_text, rounded
from district.systems.appeals.selectors.places import named
from district.systems.appeals.services.reports import Submitted, answer_key

_SHOWN_DAYS = 30


@dataclass(frozen=True)
class Offer:
    """A case that may be the same thing, in words that tell nothing of another person's report:
    its kind, distance, day, how many, and what of the reader's own words it holds too."""

    id: str
    matter: str
    stage: str
    where: str
    day: date
    others: str
    alike: tuple[str, ...]


def may_be_offered(sent: Submitted) -> bool:
    """Whether likely duplicates are looked for at all: a place must be known, and not to whom
    confidence was asked for, since another's case would hand their name on."""
    _street, community = named(sent.area) or ("", "")
    return not sent.confidential and (sent.lon is not None or bool(community))


def offers_for(sent: Submitted) -> list[Offer]:
    """Cases that may be what somebody reports; one query. None where one of them is their own:
    the answer to their form was lost, and they sent it again."""
    _street, community = named(sent.area) or ("", "")
    found = near_cases(TYPE, sent.text, lon=sent.lon, lat=sent.lat, community=community)
    own = any(near.key == sent.key for near in found)
    return [] if own else [_offer(near) for near in found]


def _offer(near: Near) -> Offer:
    where = _("同一社区")
    if near.metres is not None:
        where = _("约%(metres)s米") % {"metres": distance_text(near.metres)}
    return Offer(
        id=str(near.id),
        matter=matter_label(near.matter),
        stage=stage_word(near.stage),
        where=where,
        day=timezone.localtime(near.reported_at).date(),
        others=ngettext("已有%(n)d人反映", "已有%(n)d人反映", near.reporters)
        % {"n": near.reporters},
        alike=near.alike,
    )


def matter_label(code: str) -> str:
    """The matter's name in the language of the page; "" where it is not known."""
    matter = matter_of(TYPE, code)
    return said(matter.label) if matter else ""


def stage_word(stage: str) -> str:
    """What the public reads for a stage."""
    found = case_type_of(TYPE).stages.get(stage)
    if found is None:
        return ""
    return said(found.public) if found.public.zh else said(found.label)


def open_to_reporter(status: PublicStatus) -> dict[str, Move]:
    """What the reporter may do now: reopen within the term, say once in each round how it went.

    One query where the case may be rated.
    """
    moves = {move.key: move for move in status.moves}
    if "reopen" in moves and status.asked_at > (reopens_until(status) or status.asked_at):
        # Later nothing can be said any more.
        return {}
    if "rate" in moves:
        key = answer_key("rate", status, status.shown.reopens)
        if CaseStep.objects.filter(case=status.shown, key=key).exists():
            del moves["rate"]
    return moves


def reopens_until(status: PublicStatus) -> datetime | None:
    """Until when the case may be handled again; None while it is not over."""
    closed = status.shown.closed_at
    return closed + timedelta(days=status.case_type.reopen_days) if closed else None


def photos_received(status: PublicStatus) -> int:
    """How many photos of this reporter the case has; one query."""
    rows = reporter_attachments(status.reporter).filter(actor_kind="public")
    return rows.order_by().count()


@dataclass(frozen=True)
class Spot:
    """A case on the public map."""

    number: str
    matter: str
    stage: str
    category: str
    day: date
    lon: float
    lat: float


def public_cases(street: str = "") -> QuerySet[Case]:
    """The cases that the public map shows: of the last 30 days, newest first, of one street or all.

    Never one that is sensitive, confidential or about a unit, none of somebody anonymous (who
    must not find it on a map), none that nobody has looked at yet (whether it is sensitive is
    known only with its matter), and none that was merged (the main one stands for it).
    """
    case_type = case_type_of(TYPE)
    rows = Case.objects.filter(
        type_key=TYPE,
        reported_at__gte=clock.now() - timedelta(days=_SHOWN_DAYS),
        is_sensitive=False,
        is_confidential=False,
        is_anonymous=False,
        complained_unit=None,
        merged_into=None,
        lon__isnull=False,
        lat__isnull=False,
    )
    rows = rows.exclude(stage=case_type.start).exclude(matter="")
    return rows.filter(street_unit=street) if street else rows


#: All that is read of a case for the map: no words, no names, no place in full.
MAP_FIELDS = ("number", "matter", "stage", "category", "reported_at", "lon", "lat")


def spot_of(row: dict[str, Any]) -> Spot:
    """A row of `MAP_FIELDS` as the map shows it."""
    return Spot(
        number=row["number"],
        matter=matter_label(row["matter"]) or _("其他事项"),
        stage=stage_word(row["stage"]),
        category=row["category"],
        day=timezone.localtime(row["reported_at"]).date(),
        lon=rounded(row["lon"]),
        lat=rounded(row["lat"]),
    )
