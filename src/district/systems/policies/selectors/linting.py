"""What is odd about a condition: by proof, beside other policies, in the population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from district.kernel.conditions.public import AnyOf, Condition, Finding, lint, relation
from district.kernel.matching.public import clauses_of
from district.systems.policies.models import Policy
from district.systems.policies.selectors.audiences import Audience
from district.systems.policies.selectors.eligibility import Standing
from district.systems.policies.selectors.schema import condition_of, names_in, said

Grade = Literal["red", "yellow"]


@dataclass(frozen=True)
class Remark:
    """One thing that is odd: how grave (red: it cannot be published), and in words.

    `policy` is the other one that it is about.
    """

    grade: Grade
    words: str
    policy: Policy | None = None


def remarks_on(
    condition: Condition,
    today: date,
    others: list[Policy],
    audience: Audience,
    standing: Standing | None = None,
) -> list[Remark]:
    """Everything odd; `others` are policies in force for the same audience, with their versions."""
    names = names_in(condition)
    clauses = [said(clause, names) for clause in clauses_of(condition)]
    found = [
        _proven(one, condition, clauses, names, audience) for one in lint(condition, today=today)
    ]
    if any(remark.grade == "red" for remark in found):
        return found
    found += _beside(condition, today, others, audience)
    return found + _in_fact(clauses, standing, audience)


def _proven(
    finding: Finding,
    condition: Condition,
    clauses: list[str],
    names: Mapping[tuple[str, str], str],
    audience: Audience,
) -> Remark:
    who = str(audience.noun)
    because = _("；").join(clauses[number] for number in finding.because)
    if finding.kind == "contradictory":
        if len(finding.because) < 2:
            return Remark("red", _("“%(one)s”永远不可能满足。") % {"one": because})
        words = _("这几项互相矛盾，没有%(who)s能同时满足：%(these)s")
        return Remark("red", words % {"who": who, "these": because})
    if finding.kind == "always":
        return Remark("yellow", _("任何%(who)s都满足这个条件，它不起作用。") % {"who": who})
    if finding.kind == "never_fails":
        return Remark("yellow", _("只要有数据，任何%(who)s都满足这个条件。") % {"who": who})
    assert finding.clause is not None  # noqa: S101  # the others name a clause
    if finding.kind == "implied":
        said_of = {"clause": clauses[finding.clause], "because": because}
        return Remark("yellow", _("“%(clause)s”是多余的：满足“%(because)s”的都满足它。") % said_of)
    clause = clauses_of(condition)[finding.clause]
    assert isinstance(clause, AnyOf)  # noqa: S101  # only these have alternatives
    part = said(clause.clauses[finding.alternative or 0], names)
    said_of = {"part": part, "because": because or _("它自己")}
    return Remark("yellow", _("“%(part)s”这一选项不起作用：与“%(because)s”矛盾。") % said_of)


def _beside(
    condition: Condition, today: date, others: list[Policy], audience: Audience
) -> list[Remark]:
    found = []
    for policy in others:
        if policy.live is None:
            continue
        related = relation(condition, condition_of(policy.live, policy.audience), today=today)
        texts = {
            "equal": _("与“%(title)s”的适用范围完全相同。"),
            "narrower": _("符合这个条件的%(who)s都符合“%(title)s”。"),
            "wider": _("符合“%(title)s”的%(who)s都符合这个条件。"),
        }
        if related in texts:
            words = texts[related] % {"title": policy.live.title, "who": audience.noun}
            found.append(Remark("yellow", words, policy))
    return found


def _in_fact(clauses: list[str], standing: Standing | None, audience: Audience) -> list[Remark]:
    """What those that the member may see show; it may be otherwise tomorrow."""
    if standing is None or not standing.sees or not standing.total or standing.counts is None:
        return []
    holds = standing.counts.get("holds", 0)
    words = {"who": str(audience.noun), "unit": str(audience.unit)}
    if holds == standing.total:
        return [Remark("yellow", _("现有%(who)s全部符合，这个条件目前不起筛选作用。") % words)]
    if holds:
        return []
    if standing.missed:
        words["clause"] = standing.missed[0].words
        return [
            Remark("yellow", _("现有%(who)s没有一%(unit)s符合，最常缺的是“%(clause)s”。") % words)
        ]
    if len(clauses) == 1:
        return [Remark("yellow", _("现有%(who)s没有一%(unit)s符合这一项。") % words)]
    return [Remark("yellow", _("现有%(who)s没有一%(unit)s符合，也没有只差一项的。") % words)]
