"""The review desk: a queue of statements, the case in the centre, what bulk would confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Greatest, Substr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base.errors import NotFound
from district.kernel.plan.public import (
    Contradiction,
    Edition,
    Link,
    Statement,
    StatementKind,
    StatementState,
)
from district.kernel.registers.public import Figure, plain_number
from district.systems.plan_tracking.rules import Heading
from district.systems.plan_tracking.selectors.figures import statements_figure
from district.systems.plan_tracking.selectors.reading import headings_of, relations_of

#: Rows of the queue that are shown around the case.
QUEUE = 40
#: Characters of the report shown before and behind the sentence.
AROUND = 160
STATES = tuple(StatementState.values)
#: What the desk opens on, and the word that shows every state instead.
WAITING, ALL = str(StatementState.PROPOSED), "all"
#: Filters by confidence: key -> (from, below); the compiler's own confidence, 0 to 1.
BANDS: dict[str, tuple[Decimal, Decimal]] = {
    "high": (Decimal("0.9"), Decimal("1.000001")),
    "middle": (Decimal("0.7"), Decimal("0.9")),
    "low": (Decimal(0), Decimal("0.7")),
}
#: What the filters offer: value and label.
CHOICES: dict[str, tuple[tuple[str, Any], ...]] = {
    "state": ((ALL, gettext_lazy("全部")), *StatementState.choices),
    "kind": tuple(StatementKind.choices),
    "band": (
        ("high", gettext_lazy("高（0.9 及以上）")),
        ("middle", gettext_lazy("中（0.7 至 0.9）")),
        ("low", gettext_lazy("低（0.7 以下）")),
    ),
    "flag": (
        ("any", gettext_lazy("有提示")),
        ("target-below-actual", gettext_lazy("目标低于上年")),
        ("contradicted", gettext_lazy("前后矛盾")),
        ("repeated", gettext_lazy("重复出现")),
    ),
    "change": (
        ("changed", gettext_lazy("有变化")),
        ("added", gettext_lazy("新增")),
    ),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue shows: what waits for a decision, unless another state or ALL is asked for.

    Empty in any other field shows everything.
    """

    state: str = WAITING
    kind: str = ""
    band: str = ""
    flag: str = ""
    section: str = ""
    change: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any], prefix: str = "") -> Filters:
        """From an address's or a form's parameters; unknown values count as not given."""
        choices = {
            field: tuple(str(value) for value, _label in options)
            for field, options in CHOICES.items()
        }
        given = {key: str(data.get(prefix + key, "")) for key in (*choices, "section")}
        for key, allowed in choices.items():
            if given[key] not in allowed:
                given[key] = ""
        if not given["section"].isdigit():
            given["section"] = ""
        given["state"] = given["state"] or WAITING
        return cls(**given)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters that are set; the state always, so that an address says what it shows."""
        fields = ("state", "kind", "band", "flag", "section", "change")
        return [(key, value) for key in fields if (value := getattr(self, key))]

    @property
    def query(self) -> str:
        """The filters as an address's query string, without the question mark."""
        return urlencode(self.pairs)

    def q(self, headings: list[Heading]) -> Q:
        """The filters as a condition on statements."""
        condition = Q()
        for field in ("state", "kind", "change"):
            if (value := getattr(self, field)) and value != ALL:
                condition &= Q(**{field: value})
        if self.band:
            low, high = BANDS[self.band]
            condition &= Q(confidence__gte=low, confidence__lt=high)
        if self.flag == "any":
            condition &= ~Q(flags=[])
        elif self.flag:
            # Flags are few words in a JSON list; the text form is the same on both databases.
            condition &= Q(flags__icontains=f'"{self.flag}"')
        if self.section:
            found = next((h for h in headings if h.key == int(self.section)), None)
            condition &= Q(start__gte=found.start, start__lt=found.end) if found else Q(pk=None)
        return condition


@dataclass(frozen=True, slots=True)
class Case:
    """The statement in the centre, with the text around it and what it is linked with."""

    statement: Statement
    before: str
    sentence_head: str
    sentence_tail: str
    after: str
    link: Link | None
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the review desk shows.

    `queue` holds rows around the case, `hidden_before` and `hidden_after` count the rest of the
    filtered statements.
    """

    edition: Edition
    filters: Filters
    headings: tuple[Heading, ...]
    queue: tuple[Statement, ...]
    hidden_before: int
    hidden_after: int
    case: Case | None
    previous: Statement | None
    following: Statement | None
    counts: dict[str, int]
    matching: int

    @property
    def figures(self) -> list[Figure]:
        """How many statements are in each state, opening their rows."""
        return [
            statements_figure(self.edition, state, self.counts[state], str(label))
            for state, label in StatementState.choices
        ]

    @property
    def decided(self) -> int:
        """How many statements of the edition have a decision."""
        return self.total - self.counts["proposed"]

    @property
    def total(self) -> int:
        """All statements of the edition."""
        return sum(self.counts.values())


def edition_header(edition_id: UUID | str) -> Edition:
    """An edition with its report, without its text; NotFound for none."""
    found = (
        Edition.objects.filter(pk=edition_id).select_related("report__unit").defer("text").first()
    )
    if found is None:
        raise NotFound(_("没有这一版报告。"))
    return found


def desk(edition: Edition, filters: Filters, at: UUID | str | None = None) -> Desk:
    """The desk of an edition at a statement (the first one that waits, where none is named)."""
    headings = headings_of(edition)
    rows = Statement.objects.filter(edition=edition)
    wanted = rows.filter(filters.q(headings))
    current = _current(rows, wanted, at)
    position = current.position if current else 0
    counts = _counts(rows, filters.q(headings), position)
    queue = _around(wanted, position)
    place = next((n for n, row in enumerate(queue) if current and row.pk == current.pk), None)
    shown_before = sum(1 for row in queue if row.position < position)
    shown_after = sum(1 for row in queue if row.position > position)
    previous = max((row for row in queue if row.position < position), key=_position, default=None)
    following = min((row for row in queue if row.position > position), key=_position, default=None)
    matching = counts.pop("matching")
    before = counts.pop("before")
    return Desk(
        edition=edition,
        filters=filters,
        headings=tuple(headings),
        queue=tuple(queue),
        hidden_before=before - shown_before,
        hidden_after=matching - before - shown_after - (1 if place is not None else 0),
        case=_case(current) if current else None,
        previous=previous,
        following=following,
        counts=counts,
        matching=matching,
    )


def _position(row: Statement) -> int:
    return row.position


def _current(
    rows: QuerySet[Statement], wanted: QuerySet[Statement], at: UUID | str | None
) -> Statement | None:
    whole = {
        "before_text": Substr(
            "edition__text", Greatest(F("sentence_start") - AROUND, 0) + 1, AROUND
        ),
        "after_text": Substr("edition__text", F("sentence_end") + 1, AROUND),
    }
    chosen = (rows.filter(pk=at) if at else wanted.order_by("position")).annotate(**whole)
    return chosen.select_related("previous", "task").first()


def _counts(rows: QuerySet[Statement], wanted: Q, position: int) -> dict[str, int]:
    """How many statements are in each state, how many match, and how many stand before."""
    counted = {state: Count("pk", filter=Q(state=state)) for state in STATES}
    return rows.aggregate(
        **counted,
        matching=Count("pk", filter=wanted),
        before=Count("pk", filter=wanted & Q(position__lt=position)),
    )


def _around(wanted: QuerySet[Statement], position: int) -> list[Statement]:
    """Up to QUEUE matching rows around a place, in the order of the text; one query."""
    before = wanted.filter(position__lt=position).order_by("-position").values("pk")[: QUEUE // 2]
    behind = wanted.filter(position__gte=position).order_by("position").values("pk")[:QUEUE]
    found = wanted.filter(Q(pk__in=before) | Q(pk__in=behind)).only(
        "pk",
        "position",
        "subject",
        "measure",
        "value",
        "unit",
        "kind",
        "state",
        "confidence",
        "flags",
        "edition_id",
    )
    return list(found.order_by("position"))


def _case(row: Statement) -> Case:
    link, contradictions = relations_of(row)
    before, after = str(getattr(row, "before_text", "")), str(getattr(row, "after_text", ""))
    # Near the top of the text the piece before is shorter than what was cut out for it.
    before = before[: row.sentence_start]
    cut = row.start - row.sentence_start
    return Case(
        statement=row,
        before=before.rsplit("\n", 1)[-1],
        sentence_head=row.text[: max(cut, 0)],
        sentence_tail=row.text[max(cut, 0) + (row.end - row.start) :],
        after=after.split("\n", 1)[0],
        link=link,
        contradictions=contradictions,
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bulk confirmation at `threshold` would confirm."""

    threshold: Decimal
    sure: Figure
    unsure: Figure
    flagged: Figure
    targets: int
    sample: tuple[Statement, ...]


#: How many of the statements a preview lists.
SAMPLE = 100


def preview(edition: Edition, threshold: Decimal) -> Preview:
    """The proposed statements at or above `threshold` that carry no warning; two queries."""
    proposed = Statement.objects.filter(edition=edition, state="proposed")
    sure = Q(confidence__gte=threshold, flags=[])
    counted = proposed.aggregate(
        sure=Count("pk", filter=sure),
        targets=Count("pk", filter=sure & Q(kind="target")),
        unsure=Count("pk", filter=Q(confidence__lt=threshold)),
        flagged=Count("pk", filter=Q(confidence__gte=threshold) & ~Q(flags=[])),
    )
    sample = proposed.filter(sure).order_by("confidence", "position")[:SAMPLE]
    least = plain_number(threshold)

    def figure(name: str, label: str, more: str) -> Figure:
        value = counted[name]
        return statements_figure(edition, "proposed", value, label, more=more, unit=_("条"))

    return Preview(
        threshold=threshold,
        sure=figure("sure", _("将确认"), f"confidence >= {least} and warned = false"),
        unsure=figure("unsure", _("把握不足，留待逐条确认"), f"confidence < {least}"),
        flagged=figure(
            "flagged", _("带有提示，留待逐条确认"), f"confidence >= {least} and warned = true"
        ),
        targets=counted["targets"],
        sample=tuple(sample),
    )
