"""Reads of filings: what a member owes, has to review or to sign off."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.measures.models import Evidence, Filing
from district.kernel.measures.rules.flow import OWED
from district.kernel.measures.rules.plausible import Known, Question, doubts
from district.kernel.measures.selectors.values import last_values
from district.kernel.organisation.public import visible

VIEW = "measures.filing.view"
_DONE_SHOWN = 30


def visible_filings(actor: Actor) -> QuerySet[Filing]:
    """The filings that `actor` may see, with measure, unit and tracked row."""
    return _whole().filter(visible(actor, VIEW).q("unit"))


def _whole() -> QuerySet[Filing]:
    return Filing.objects.select_related("measure", "unit", "tracked", "duty")


def filing_by_id(filing_id: UUID | str) -> Filing:
    """The filing with this key; NotFound where there is none."""
    try:
        key = UUID(str(filing_id))
    except ValueError:
        raise NotFound(_("没有这份填报。")) from None
    people = ("filed_by", "reviewed_by", "signed_off_by", "duty__contact")
    row = _whole().select_related(*people).filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这份填报。"))
    return row


def evidence_by_id(evidence_id: UUID | str) -> Evidence:
    """The file with this key, with its filing; NotFound where there is none."""
    try:
        key = UUID(str(evidence_id))
    except ValueError:
        raise NotFound(_("没有这份材料。")) from None
    row = Evidence.objects.select_related("filing").filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有这份材料。"))
    return row


def filings_owed(actor: Actor) -> QuerySet[Filing]:
    """What `actor` may file and has not yet, the longest due first."""
    rows = _whole().filter(visible(actor, "measures.filing.file").q("unit"), state__in=OWED)
    return rows.order_by("tracked__due_at", "measure_id")


@dataclass(frozen=True)
class Desk:
    """The "my filings" page: what to file, to review, to sign off, and what is done lately."""

    owed: list[Filing]
    to_review: list[Filing]
    to_sign_off: list[Filing]
    done: list[Filing]

    @property
    def empty(self) -> bool:
        """Whether nothing waits and nothing was done."""
        return not (self.owed or self.to_review or self.to_sign_off or self.done)


def desk_of(actor: Actor, limit: int = 200) -> Desk:
    """Everything that waits for `actor`, by what they have to do. At most four queries."""
    waiting = _whole().order_by("tracked__due_at", "measure_id")
    review = visible(actor, "measures.filing.review").q("unit")
    sign = visible(actor, "measures.filing.sign_off").q("unit")
    mine = visible(actor, "measures.filing.file").q("unit")
    done = _whole().filter(mine | review | sign, state=Filing.State.SIGNED_OFF)
    return Desk(
        list(filings_owed(actor)[:limit]),
        list(waiting.filter(review, state=Filing.State.FILED)[:limit]),
        list(waiting.filter(sign, state=Filing.State.REVIEWED)[:limit]),
        list(done.order_by("-signed_off_at")[:_DONE_SHOWN]),
    )


def doubts_about(filing: Filing, value: Decimal) -> list[dict[str, object]]:
    """What makes a value for this filing look wrong, as JSON; one query."""
    measure = filing.measure
    known = [
        row
        for row in last_values(filing.measure_id, filing.unit_id, filing.period_end)
        if row.period_kind == filing.period_kind
    ]
    end = filing.period_end
    last_year = next(
        (v for v in known if (v.period_end.year, v.period_end.month) == (end.year - 1, end.month)),
        None,
    )
    flow = measure.aggregation == "flow" and measure.basis == "absolute"
    question = Question(
        end,
        value,
        Known(known[0].period_end, known[0].value) if known else None,
        Known(last_year.period_end, last_year.value) if last_year else None,
        accrues=flow and measure.span == "year_to_date",
        proportion=measure.basis == "growth" or measure.aggregation == "rate",
    )
    return [{"code": doubt.code, "params": doubt.params} for doubt in doubts(question)]
