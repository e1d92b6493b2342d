"""Reads of published lists: which edition stood on a day, its lines, what it changed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.systems.scenarios.catalogue import list_of
from district.systems.scenarios.models import Edition
from district.systems.scenarios.rules.differences import Difference, difference, edition_digest


def editions_of(list_key: str) -> QuerySet[Edition]:
    """The editions of a list, the newest first."""
    rows = Edition.objects.filter(list_key=list_of(list_key).key)
    return rows.select_related("lead_unit").order_by("-number")


def edition_on(list_key: str, day: date) -> Edition | None:
    """The edition that stood at the end of a day (local); None before the first."""
    zone = timezone.get_default_timezone()
    until = datetime.combine(day + timedelta(days=1), time.min, zone)
    return editions_of(list_key).filter(published_at__lt=until).first()


def edition_for(list_key: str, number: int) -> Edition:
    """An edition by its number; NotFound where there is none."""
    found = editions_of(list_key).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有第%(number)s版。") % {"number": number})
    return found


def contents_of(edition: Edition | None) -> list[dict[str, Any]]:
    """The lines of an edition as they were published, in their order; none of None."""
    if edition is None:
        return []
    rows = edition.lines.order_by("position")
    return list(rows.values_list("content", flat=True))


def edition_before(edition: Edition) -> Edition | None:
    """The edition before it."""
    rows = Edition.objects.filter(list_key=edition.list_key, number__lt=edition.number)
    return rows.order_by("-number").first()


def changes_of(edition: Edition, contents: list[dict[str, Any]]) -> Difference:
    """What it changed against the edition before it; all of the first one is new."""
    return difference(contents_of(edition_before(edition)), contents)


def is_sound(edition: Edition, contents: list[dict[str, Any]]) -> bool:
    """Whether the lines are those whose digest was recorded when they were published."""
    before = edition_before(edition)
    digest = edition_digest(
        edition.list_key, edition.number, before.sha256 if before else "", contents
    )
    return digest == edition.sha256
