"""What an enterprise reads of recognition: rounds that are open, its applications by its credit
code, what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.cases.public import PublicStatus, Reporter, case_type_of, said, status_for
from district.systems.scenarios.models import Application, Recognition
from district.systems.scenarios.names import RECOGNITION
from district.systems.scenarios.schemes import schemes
from district.systems.scenarios.selectors.recognition import is_open, public_rounds, scheme_in

_MOST = 200


@dataclass(frozen=True)
class OpenRound:
    """A round in whose window one may apply today; `url` is the public page with its form."""

    number: str
    title: str
    scheme: str
    label: str
    unit: str
    closes_on: date
    url: str


def open_rounds() -> list[OpenRound]:
    """The rounds open today, the one that closes first in front. One query."""
    today = clock.today()
    rows = [row for row in public_rounds().order_by("closes_on", "pk") if is_open(row, today)]
    return [
        OpenRound(
            row.number,
            row.title,
            row.scheme,
            said(scheme_in(row).label),
            row.lead_unit.display_short,
            row.closes_on,
            reverse("scenarios_public_round", args=[row.number]),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class OwnRecognition:
    """What an enterprise holds or held. `standing` is `valid`, `later` (begins after the one
    before), `renewable` (valid, and a renewal may be applied for), `expired` or `revoked`."""

    number: str
    title: str
    scheme: str
    label: str
    valid_from: date
    valid_until: date
    standing: str
    standing_word: str
    reason: str


def recognitions_of_enterprise(code: str) -> list[OwnRecognition]:
    """The recognitions of a credit code, the latest first. One query."""
    rows = Recognition.objects.filter(code=code.strip().upper()).order_by("-valid_from", "number")
    today = clock.today()
    found = []
    for row in rows[:_MOST]:
        scheme = schemes()[row.scheme]
        standing = _standing(row, today, scheme.renew_days)
        found.append(
            OwnRecognition(
                row.number,
                row.title,
                row.scheme,
                said(scheme.label),
                row.valid_from,
                row.valid_until,
                standing,
                _standing_word(standing),
                row.reason,
            )
        )
    return found


def _standing(row: Recognition, today: date, renew_days: int) -> str:
    if row.revoked_on is not None and row.revoked_on <= today:
        return "revoked"
    if row.valid_from > today:
        return "later"
    if row.valid_until < today:
        return "expired"
    soon = row.valid_until - timedelta(days=renew_days) <= today
    return "renewable" if soon and row.renewed_by_id is None else "valid"


def _standing_word(standing: str) -> str:
    return {
        "valid": _("有效"),
        "later": _("待生效"),
        "renewable": _("有效，可以申报复审"),
        "expired": _("已到期"),
        "revoked": _("已撤销"),
    }[standing]


@dataclass(frozen=True)
class OwnApplication:
    """An application for recognition as its applicant sees it; `score` once it was told."""

    id: UUID
    number: str
    subject: str
    round_number: str
    round_title: str
    label: str
    stage: str
    stage_word: str
    at: datetime
    score: Decimal | None
    recognition: str


def applications_of_enterprise(code: str) -> list[OwnApplication]:
    """The applications that name a credit code, the latest first. One query."""
    rows = Application.objects.filter(code=code.strip().upper()).select_related(
        "case", "round", "recognition"
    )
    stages = case_type_of(RECOGNITION).stages
    found = []
    for row in rows.order_by("-case__reported_at", "-pk")[:_MOST]:
        stage = stages[row.case.stage]
        found.append(
            OwnApplication(
                row.pk,
                row.case.number,
                row.subject,
                row.round.number,
                row.round.title,
                said(scheme_in(row.round).label),
                row.case.stage,
                said(stage.public) if stage.public.zh else said(stage.label),
                row.case.reported_at,
                row.score,
                row.recognition.number if row.recognition else "",
            )
        )
    return found


def application_of_enterprise(
    code: str, application_id: UUID | str
) -> tuple[Application, PublicStatus]:
    """One of them with how it stands for its applicant; NotFound for another's. Four queries."""
    rows = Application.objects.filter(code=code.strip().upper()).select_related("case", "round")
    try:
        found = rows.filter(pk=application_id).first()
    except (ValueError, ValidationError):
        found = None
    reporter = (
        Reporter.objects.filter(case=found.case_id)
        .select_related("case", "case__merged_into")
        .order_by("joined_at", "pk")
        .first()
        if found is not None
        else None
    )
    if found is None or reporter is None:
        raise NotFound(_("没有这项申请。"))
    return found, status_for(reporter)
