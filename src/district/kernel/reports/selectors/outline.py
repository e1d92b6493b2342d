"""What a report tells of, in the order of its sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils import translation

from district.kernel.plan.public import (
    Commitment,
    CommitmentKind,
    Report,
    Statement,
    Term,
    current_edition,
    terms_of,
    theme_label,
    theme_options,
)
from district.kernel.reports.phrases import HELD
from district.kernel.reports.rules.composing import PartKind
from district.kernel.reports.rules.writing import Chapter, Item
from district.kernel.reports.selectors.bindings import (
    Binding,
    achieved_binding,
    proposal_binding,
    target_binding,
    value_binding,
)
from district.kernel.reports.selectors.facts import Achievement, Fact, achievements, facts

_GOOD = ("exceeded", "reached", "not_due", "unknown")


@dataclass(frozen=True, slots=True)
class Planned:
    """What stands behind a passage: its commitment, or the statement of what was achieved without
    one; its numbers' bindings, what it says of it."""

    commitment: Commitment | None
    bindings: Mapping[int, Binding] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    why: Mapping[str, Any] = field(default_factory=dict)
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Outlined:
    """A section to be written; `owner` is the code of the unit that leads most of it."""

    key: str
    chapter: Chapter
    planned: Mapping[str, Planned]
    owner: str | None = None


def outline(report: Report) -> list[Outlined]:
    """The sections of the report on a plan, from what is recorded now. A fixed number of queries.

    Commitments above others are told by those below; themes come in the compiler's order, those
    without a theme last.
    """
    known = _leaves(facts(Commitment.objects.filter(report=report), report.year))
    year = report.year
    indicators = [one for one in known if one.row.kind == CommitmentKind.INDICATOR]
    others = [one for one in known if one.row.kind != CommitmentKind.INDICATOR]
    told = {str(one.row.measure_id) for one in known if one.row.measure_id}
    achieved = achievements(report, told)
    ahead = [item for one in indicators if (item := _target(one, year))]
    # The report is Chinese, whoever has it written.
    with translation.override(settings.LANGUAGE_CODE):
        return [
            _section("done", year, 1, ()),
            _section("headlines", year, 2, [_told(one, year) for one in indicators], "list"),
            *_themes("theme", [one for one in others if _well(one)], year, _told, achieved),
            _section("gaps", year, 2, _gaps(indicators, others, year), owned=False),
            _section("targets", year, 1, ahead, "list"),
            _section("tasks", year, 1, ()),
            *_themes("next", [one for one in others if _goes_on(one)], year, _next),
            *_terms(report, known),
        ]


def told_of(row: Commitment) -> dict[str, str]:
    """What a passage says of its commitment besides numbers; once it changes that is stale."""
    return {"title": row.title, "unit": row.unit, "basis": row.basis}


_Told = tuple[Item, Planned]


def item_of(fact: Fact, kind: str, bindings: Mapping[int, Binding], key: str) -> _Told:
    """A thing to be told in this kind of words."""
    row = fact.row
    lags = kind in ("short", "late", "gap")
    item = Item(
        key=f"{key}|{row.sequence}|{row.title}|{row.sort}.{row.depth}",
        name=row.title.strip().rstrip("。；;，,、"),
        kind=kind,
        form=_form(fact) if kind == "target" else fact.form,
        numbers={number: one.bound for number, one in bindings.items()} or None,
        why=HELD.now().reason(fact.codes, fact.light) if lags else "",
    )
    why = {"light": fact.light, "reasons": [dict(one) for one in fact.reasons]}
    return item, Planned(row, dict(bindings), told_of(row), why)


def achieved_item(one: Achievement, year: int) -> _Told:
    """What was achieved without a promise, as a thing to be told."""
    binding = achieved_binding(one, year)
    item = Item(
        key=f"achieved|{one.statement.position}|{one.title}",
        name=one.title.strip().rstrip("。；;，,、"),
        kind="achieved",
        form=one.form,
        numbers={1: binding.bound},
    )
    said = told_by_statement(one)
    return item, Planned(None, {1: binding}, said, statement=one.statement)


def told_by_statement(one: Achievement) -> dict[str, str]:
    """What a passage says of an achievement besides its number; once it changes that is stale."""
    return {"title": one.title, "unit": one.statement.unit, "basis": one.statement.basis}


def _form(fact: Fact) -> str:
    comparator = fact.row.comparator
    if fact.form == "growth":
        return "growth"
    if comparator in ("<", "<="):
        return "ceiling"
    return "floor" if comparator in (">", ">=") and fact.form == "level" else fact.form


def _leaves(known: Sequence[Fact]) -> list[Fact]:
    above = {one.row.parent_id for one in known}
    return [one for one in known if one.row.pk not in above or one.row.value is not None]


def _well(fact: Fact) -> bool:
    return fact.outcome in _GOOD if fact.row.value is not None else fact.deed != "late"


def _goes_on(fact: Fact) -> bool:
    """Whether it is carried on into the next year."""
    return fact.proposal is not None if fact.row.value is not None else fact.deed != "done"


def number_kind(fact: Fact) -> str:
    """The kind of words of a commitment's outturn."""
    return fact.outcome if fact.row.value is not None else fact.deed


def bindings_of(fact: Fact, year: int) -> dict[int, Binding]:
    """The numbers that a passage on the outturn may hold: {1} the value, {2} the target."""
    value, target = value_binding(fact, year), target_binding(fact, year)
    found = {1: value, 2: target} if value else {}
    return {number: one for number, one in found.items() if one is not None}


def _told(fact: Fact, year: int) -> _Told:
    return item_of(fact, number_kind(fact), bindings_of(fact, year), "told")


def _gaps(indicators: Sequence[Fact], others: Sequence[Fact], year: int) -> list[_Told]:
    found = [item_of(one, "gap", {}, "gap") for one in indicators if one.outcome == "short"]
    return found + [_told(one, year) for one in others if not _well(one)]


def _target(fact: Fact, year: int) -> _Told | None:
    binding = proposal_binding(fact, year)
    return item_of(fact, "target", {1: binding}, "target") if binding else None


def _next(fact: Fact, year: int) -> _Told:
    return _target(fact, year) or item_of(fact, "task", {}, "task")


def _themes(
    key: str,
    known: Sequence[Fact],
    year: int,
    told: Callable[[Fact, int], _Told],
    achieved: Sequence[Achievement] = (),
) -> list[Outlined]:
    """A section a theme: numbers promised, what was achieved besides, tasks."""
    order = [theme for theme, _label in theme_options()]
    by_theme: dict[str, list[Fact]] = {}
    besides: dict[str, list[Achievement]] = {}
    for one in known:
        by_theme.setdefault(one.row.theme, []).append(one)
    for more in achieved:
        besides.setdefault(more.statement.theme, []).append(more)
    found = []
    themes = by_theme.keys() | besides.keys()
    for theme in sorted(
        themes, key=lambda one: (order.index(one) if one in order else len(order), one)
    ):
        many = by_theme.get(theme, [])
        items = [told(one, year) for one in many if one.row.value is not None]
        items += [achieved_item(one, year) for one in besides.get(theme, [])]
        items += [told(one, year) for one in many if one.row.value is None]
        heading = theme_label(theme) if theme else HELD.now().heading("other", year)
        found.append(_section(f"{key}:{theme}", year, 2, items, heading=heading))
    return found


def _section(
    key: str,
    year: int,
    level: int,
    told: Iterable[_Told],
    kind: PartKind = "prose",
    *,
    heading: str = "",
    owned: bool = True,
) -> Outlined:
    many = _each_its_key(told)
    leads = Counter(
        planned.commitment.lead_unit_id
        for _item, planned in many
        if planned.commitment is not None and planned.commitment.lead_unit_id
    )
    owner = leads.most_common(1)[0][0] if leads and owned else None
    heading = heading or HELD.now().heading(key, year)
    chapter = Chapter(level, heading, tuple(item for item, _planned in many), kind)
    return Outlined(key, chapter, {item.key: planned for item, planned in many}, owner)


def _each_its_key(told: Iterable[_Told]) -> list[_Told]:
    """Things of the same name and place are told apart by their order."""
    seen: Counter[str] = Counter()
    found = []
    for item, planned in told:
        seen[item.key] += 1
        again = seen[item.key]
        found.append((replace(item, key=f"{item.key}#{again}") if again > 1 else item, planned))
    return found


def _terms(report: Report, known: Sequence[Fact]) -> list[Outlined]:
    """The plan's terms that stand in the names of what is told."""
    edition = current_edition(report)
    if edition is None:
        return []
    names = "\n".join(one.row.title for one in known)
    terms = [one for one in terms_of(edition) if _stands(one, names)]
    if not terms:
        return []
    many = [
        (
            Item(f"term|{one.pk}", one.term, "term", text=f"{one.term}：{one.explanation}"),
            Planned(None),
        )
        for one in terms
    ]
    return [_section("terms", report.year, 1, many, "terms")]


def _stands(term: Term, names: str) -> bool:
    return any(spelling in names for spelling in (term.term, *term.aliases))
