"""Qualifications, read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from district.systems.enterprises.models import Enterprise, Qualification


def valid_q(day: date) -> Q:
    """The qualifications that are valid on a day, as `rules.validity.is_valid` says."""
    return Q(issued_on__lte=day) & (Q(expires_on__isnull=True) | Q(expires_on__gte=day))


def with_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Qualifications with `is_first`: whether the enterprise had none of the kind before."""
    before = Qualification.objects.filter(
        enterprise=OuterRef("enterprise"),
        kind=OuterRef("kind"),
        issued_on__lt=OuterRef("issued_on"),
    )
    # A case, because a bare NOT EXISTS cannot be compared with a value.
    first = Case(
        When(Exists(before), then=Value(False)),
        default=Value(True),
        output_field=BooleanField(),
    )
    annotated: QuerySet[Any] = rows.annotate(is_first=first)
    return annotated


def wrongly_shown(day: date) -> QuerySet[Qualification]:
    """Those that are shown as valid and are not, and the other way round."""
    valid = valid_q(day)
    return Qualification.objects.filter((valid & Q(is_valid=False)) | (~valid & Q(is_valid=True)))


def qualifications_of(row: Enterprise) -> QuerySet[Qualification]:
    """All of an enterprise's, those that are valid first."""
    return Qualification.objects.filter(enterprise=row).order_by("-is_valid", "-issued_on")
