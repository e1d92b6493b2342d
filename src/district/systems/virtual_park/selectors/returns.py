"""Returns as a firm's statistics role and the collecting unit read them; no value of a single firm
but a firm's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.cases.public import days_q
from district.kernel.history.public import Actor, open_for_counting
from district.kernel.measures.public import StatPeriod
from district.kernel.measures.public import label as period_label
from district.kernel.organisation.public import Owned, permitted, root_code, visible
from district.kernel.tracking.public import Calendar, filing_light, reason_text, recent_calendars
from district.systems.virtual_park.models import (
    Return,
    ReturnFiling,
    ReturnForm,
    ReturnRound,
    ReturnTable,
)
from district.systems.virtual_park.names import FOLLOW_RETURNS, VIEW_RETURN_TABLE
from district.systems.virtual_park.rules.returns import (
    Form,
    Item,
    period_of,
    read_form,
    year_before,
)
from district.systems.virtual_park.selectors.acting import Acting

#: Which calendar due days are counted by.
CALENDAR = "working_days"
_SHOWN = 200


def form_of(row: ReturnRound) -> Form:
    """The form as the round asks it; its version is loaded."""
    return read_form(row.form_version.content)


def owned_form(form: ReturnForm) -> Owned:
    """The collecting unit's."""
    return Owned(form.lead_unit_id)


def is_english() -> bool:
    """Whether the page is read in English."""
    return (get_language() or "").startswith("en")


def title_of(form: Form) -> str:
    """The form's name in the language of the page."""
    return form.title_en if form.title_en and is_english() else form.title


def item_label(item: Item) -> str:
    """The item's name in the language of the page."""
    return item.label_en if item.label_en and is_english() else item.label


def round_title(row: ReturnRound) -> str:
    """Form and period in words."""
    form = form_of(row)
    return f"{title_of(form)} {period_label(period_of(form, row.end))}"


@dataclass(frozen=True)
class Kept:
    """What a token holds: values by item, reasons by soft check, why it was corrected."""

    values: dict[str, Decimal] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    why: str = ""


def kept_text(kept: Kept) -> str:
    """As it is sealed."""
    values = {key: f"{value:f}" for key, value in sorted(kept.values.items())}
    return json.dumps(
        {"values": values, "reasons": kept.reasons, "why": kept.why},
        ensure_ascii=False,
        sort_keys=True,
    )


def kept_from(text: str | None) -> Kept:
    """As it was sealed; nothing where it was erased."""
    data = json.loads(text) if text else {}
    values = {key: Decimal(value) for key, value in data.get("values", {}).items()}
    return Kept(values, data.get("reasons", {}), data.get("why", ""))


@dataclass(frozen=True)
class OwedReturn:
    """A return as its firm sees it: the light of its clock with the reasons in words."""

    row: Return
    title: str
    light: str
    reasons: list[str]


def _owed(row: Return, calendar: Calendar) -> OwedReturn:
    verdict = filing_light(
        row.round.due_at,
        clock.now(),
        calendar,
        filed_at=row.filed_at,
        provisional=row.round.provisional,
    )
    words = [reason_text(reason) for reason in verdict.reasons]
    return OwedReturn(row, round_title(row.round), verdict.light, words)


def _own(acting: Acting) -> QuerySet[Return]:
    acting.require("statistics")
    rows = Return.objects.filter(enterprise=acting.id)
    return rows.select_related("round__form_version", "round__form__lead_unit")


def owed_by(acting: Acting, *, only_due: bool = False) -> list[OwedReturn]:
    """What the firm owes and filed, the newest period first. One query, and the calendars."""
    rows = _own(acting).order_by("state", "-round__end")
    rows = rows.filter(state=Return.State.DUE) if only_due else rows
    found = list(rows[:_SHOWN])
    calendar = recent_calendars()[CALENDAR] if found else None
    return [_owed(row, calendar) for row in found if calendar is not None]


def own_return(acting: Acting, key: UUID | str) -> OwedReturn:
    """One of the firm's; NotFound for any other firm's, in the words of one that is not there."""
    try:
        row = _own(acting).filter(pk=key).first()
    except (ValueError, ValidationError):
        row = None
    if row is None:
        raise NotFound(_("没有这张报表。"))
    return _owed(row, recent_calendars()[CALENDAR])


@dataclass(frozen=True)
class OwnVersion:
    """A version that the firm filed, with its values."""

    filing: ReturnFiling
    kept: Kept


def own_versions(acting: Acting, row: Return) -> list[OwnVersion]:
    """The firm's own versions, the newest first, for its own statistics role."""
    acting.require("statistics")
    filings = list(ReturnFiling.objects.filter(owed=row, owed__enterprise=acting.id))
    texts = open_for_counting([one.sealed for one in filings])
    pairs = zip(filings, texts, strict=True)
    return [OwnVersion(one, kept_from(text)) for one, text in pairs][::-1]


def own_draft(acting: Acting, row: Return) -> dict[str, str]:
    """What was typed into the draft, by field."""
    acting.require("statistics")
    if not row.draft or row.enterprise != acting.id:
        return {}
    return dict(json.loads(open_for_counting([row.draft])[0] or "{}"))


def values_a_year_ago(row: Return) -> dict[str, Decimal] | None:
    """The same firm's newest values of the same period a year before; None where there are none."""
    rows = ReturnFiling.objects.filter(
        owed__enterprise=row.enterprise,
        owed__round__form=row.round.form_id,
        owed__round__end=year_before(row.round.end),
    )
    found = rows.order_by("-number").first()
    return kept_from(open_for_counting([found.sealed])[0]).values if found is not None else None


def newest_values(row: ReturnRound) -> list[tuple[str, dict[str, Decimal]]]:
    """Of everybody who filed: the enterprise's key and the newest values, to be added up."""
    filings = ReturnFiling.objects.filter(owed__round=row).select_related("owed")
    newest: dict[UUID, ReturnFiling] = {}
    for one in filings.order_by("number"):
        newest[one.owed_id] = one
    texts = open_for_counting([one.sealed for one in newest.values()])
    pairs = zip(newest.values(), texts, strict=True)
    return [(one.owed.enterprise, kept_from(text).values) for one, text in pairs if text]


def visible_rounds(actor: Actor, action: str = FOLLOW_RETURNS) -> QuerySet[ReturnRound]:
    """The rounds of the forms that the member's unit collects."""
    rows = ReturnRound.objects.filter(visible(actor, action).q("form__lead_unit"))
    return rows.select_related("form_version", "form__lead_unit")


@dataclass(frozen=True)
class RoundStanding:
    """How a round stands: who owes, who filed, how many came late, whether its table is made."""

    row: ReturnRound
    title: str
    owed: int
    filed: int
    has_table: bool

    @property
    def missing(self) -> int:
        """Who has not filed."""
        return self.owed - self.filed

    @property
    def is_over(self) -> bool:
        """Whether it is past due."""
        return clock.now() > self.row.due_at


def _standing(row: Any) -> RoundStanding:
    return RoundStanding(row, round_title(row), row.owed_n, row.filed_n, bool(row.table_n))


def _counted(rows: QuerySet[ReturnRound]) -> QuerySet[ReturnRound]:
    return rows.annotate(
        owed_n=Count("returns"),
        filed_n=Count("returns", filter=Q(returns__state=Return.State.FILED)),
        table_n=Count("table", distinct=True),
    )


def rounds_of(actor: Actor, action: str = FOLLOW_RETURNS) -> list[RoundStanding]:
    """The newest rounds with their counts. One query."""
    rows = _counted(visible_rounds(actor, action)).order_by("-end", "form__key")
    return [_standing(row) for row in rows[:60]]


def round_for(key: UUID | str, actor: Actor) -> RoundStanding:
    """A round that the member's unit collects; NotFound for any other."""
    try:
        row = _counted(visible_rounds(actor)).filter(pk=key).first()
    except (ValueError, ValidationError):
        row = None
    if row is None:
        raise NotFound(_("没有这个报告期，或您没有查看的权限。"))
    return _standing(row)


def unfiled_of(row: ReturnRound) -> list[Return]:
    """Who has not filed, by name; no values."""
    return list(Return.objects.filter(round=row, state=Return.State.DUE).order_by("name")[:_SHOWN])


def table_for(key: UUID, actor: Actor) -> ReturnTable:
    """The table of a round that the member may read; NotFound."""
    rows = ReturnTable.objects.select_related("round__form_version", "round__form__lead_unit")
    found = rows.filter(pk=key).first()
    if found is None or not permitted(actor, VIEW_RETURN_TABLE, owned_form(found.round.form)):
        raise NotFound(_("没有这张汇总表，或您没有查看的权限。"))
    return found


def tables_for(actor: Actor) -> list[ReturnTable]:
    """The newest tables that the member may read. One query."""
    rows = ReturnTable.objects.filter(visible(actor, VIEW_RETURN_TABLE).q("round__form__lead_unit"))
    rows = rows.select_related("round__form_version", "round__form__lead_unit")
    return list(rows.order_by("-round__end")[:60])


def table_a_year_ago(table: ReturnTable) -> ReturnTable | None:
    """The table of the same period a year before by the same dimensions; None without."""
    return ReturnTable.objects.filter(
        round__form=table.round.form_id,
        round__end=year_before(table.round.end),
        by_row=table.by_row,
        by_column=table.by_column,
    ).first()


def latest_forms(actor: Actor) -> list[tuple[ReturnForm, Form, int]]:
    """The forms that the member's unit collects, each with its newest version and its number."""
    rows = ReturnForm.objects.filter(visible(actor, FOLLOW_RETURNS).q("lead_unit"))
    rows = rows.select_related("lead_unit").prefetch_related("versions")
    found = []
    for row in rows:
        newest = max(row.versions.all(), key=lambda one: one.number)
        found.append((row, read_form(newest.content), newest.number))
    return found


def filed_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Of the returns due in the period, the share that was filed in time, in percent, by the unit
    that collects them and for the whole district."""
    rows = Return.objects.filter(days_q("round__due_at", period.start, period.end)).order_by()
    in_time = Q(filed_at__isnull=False) & Q(filed_at__lte=F("round__due_at"))
    counted = rows.values("round__form__lead_unit").annotate(
        n=Count("pk"), good=Count("pk", filter=in_time)
    )
    pairs = {row["round__form__lead_unit"]: (row["good"], row["n"]) for row in counted}
    good, every = (sum(pair[at] for pair in pairs.values()) for at in (0, 1))
    shares = {unit: _share(*pair) for unit, pair in pairs.items()}
    return {**shares, root_code(): _share(good, every)} if every else {}


def _share(good: int, every: int) -> Decimal:
    return (Decimal(good) * 100 / every).quantize(Decimal("0.1"))
