"""The automatic refusal (熔断): a site over its limits gets no night permit, and loses its own.

What the rule decides is recorded with its version and the exceedances that counted; the case says
it to the applicant in words, and a review may revoke it.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.cases.public import Case, Words, perform, said
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.systems.environment.models import (
    Application,
    MeltDecision,
    MeltRuleVersion,
    NoisePart,
)
from district.systems.environment.names import LOAD_RULE, SYSTEM
from district.systems.environment.rules.melt import MeltError, MeltRule, Verdict, parse_melt
from district.systems.environment.selectors.melts import (
    GRANTED,
    PENDING,
    RuleInForce,
    applications_to_judge,
    rule_in_force,
    verdicts_of,
)

LOADER = Actor.system("loader")
_SHOWN = 10


def load_environment_file(path: Path) -> str:
    """Read what `district.toml` names under `environment`; the same rule again changes nothing."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(
            "environment",
            _("文件不是能读的 TOML：%(error)s") % {"error": error},
            _("请改正后重新载入。"),
        ) from error
    if "melt" not in data:
        return "environment: no rule of automatic refusal"
    try:
        rule = parse_melt(data["melt"])
    except MeltError as error:
        raise Invalid(
            f"melt.{error.field}",
            _("熔断规则的这一项不对：%(problem)s。") % {"problem": error.problem},
            _("请对照 docs/systems/environment.md 改正。"),
        ) from error
    row = load_rule(rule, actor=LOADER)
    return f"environment: rule {row.key}, version {row.number}"


@transaction.atomic
def load_rule(rule: MeltRule, *, actor: Actor) -> MeltRuleVersion:
    """Put a rule in force from now on; one that is in force already stays as it is."""
    authorise(actor, LOAD_RULE)
    present = MeltRuleVersion.objects.select_for_update().first()
    if present is not None and present.digest == rule.version:
        return present
    # An earlier text that comes back is in force again; what was decided by it keeps its row.
    row = MeltRuleVersion.objects.filter(digest=rule.version).first()
    if row is None:
        number = MeltRuleVersion.objects.filter(key=rule.key).count() + 1
        row = MeltRuleVersion(
            key=rule.key, number=number, digest=rule.version, content=rule.content()
        )
    row.since = clock.now()
    row.save()
    data = {"key": row.key, "version": row.number, "content": rule.content()}
    record(Subject("environment.rule", row.key), "environment.rule.loaded", data, actor=actor)
    return row


def melt_due(*, actor: Actor = SYSTEM) -> int:
    """Refuse and stop what the rule says today; returns how many. Each in its own transaction, so
    that one that somebody is changing just now waits for the next run alone."""
    found = rule_in_force()
    if found is None:
        return 0
    today = clock.today()
    waiting = list(applications_to_judge(today))
    verdicts = verdicts_of({row.site_id for row in waiting}, found.rule, today)
    done = 0
    for row in waiting:
        verdict = verdicts.get(row.site_id)
        if verdict is None or not verdict.holds:
            continue
        try:
            apply_rule(row, found, verdict, actor=actor)
        except Conflict:  # decided or withdrawn meanwhile
            continue
        done += 1
    return done


def judge(row: Application, on: date, *, actor: Actor = SYSTEM) -> Case | None:
    """Refuse one application where the rule holds; None where it does not. Inside the caller's
    transaction."""
    found = rule_in_force()
    if found is None:
        return None
    verdict = verdicts_of([row.site_id], found.rule, on).get(row.site_id)
    if verdict is None or not verdict.holds:
        return None
    return apply_rule(row, found, verdict, actor=actor)


@transaction.atomic
def apply_rule(row: Application, found: RuleInForce, verdict: Verdict, *, actor: Actor) -> Case:
    """Refuse an application, or stop a permit, with the exceedances as evidence.

    Raises Conflict where the case no longer stands where it could be.
    """
    stage = Case.objects.values_list("stage", flat=True).get(pk=row.case_id)
    if stage not in (*PENDING, GRANTED):
        raise Conflict(_("该申请已经有了结果。"))
    granted = stage == GRANTED
    # What is kept is in the first language, whoever's page or job it comes from.
    with override(settings.LANGUAGE_CODE):
        return _applied(row, found, verdict, actor, granted=granted)


def _applied(
    row: Application, found: RuleInForce, verdict: Verdict, actor: Actor, *, granted: bool
) -> Case:
    parts = list(
        NoisePart.objects.filter(pk__in=[one.key for one in verdict.counted])
        .select_related("point")
        .defer("evidence")
        .order_by("day", "part", "point__code")
    )
    decision = MeltDecision.objects.create(
        case_id=row.case_id,
        site_id=row.site_id,
        rule=found.row,
        what=MeltDecision.What.SUSPENDED if granted else MeltDecision.What.REFUSED,
        at=clock.now(),
        days=verdict.days,
    )
    decision.parts.set(parts)
    return perform(
        row.case_id,
        "melt" if granted else "auto_refuse",
        actor=actor,
        data={
            "result": notice_of(row, found, verdict, parts, granted=granted),
            "rule": rule_words(found.row),
            "melt_days": verdict.days,
        },
        key=f"melt:{decision.pk.hex}",
    )


def rule_words(row: MeltRuleVersion) -> str:
    """The rule as it is cited: its name in the language of the page, version and digest."""
    label = said(Words(row.content["label"], row.content["label_en"]))
    return f"{label} v{row.number} ({row.digest})"


def notice_of(
    row: Application,
    found: RuleInForce,
    verdict: Verdict,
    parts: list[NoisePart],
    *,
    granted: bool,
) -> str:
    """The notice to the applicant: what, by which rule, on what evidence, and how to appeal."""
    rule = found.rule
    lines = [
        (
            _("工地“%(site)s”的夜间施工许可自即时起中止。")
            if granted
            else _("对工地“%(site)s”的夜间施工申请不予许可。")
        )
        % {"site": row.site.name},
        _(
            "依据：%(rule)s。自%(since)s起的%(within)s天内，该工地有%(days)s天噪声超标"
            "（达到%(least)s天即熔断）。"
        )
        % {
            "rule": rule_words(found.row),
            "since": verdict.since.isoformat(),
            "within": rule.within_days,
            "days": verdict.days,
            "least": rule.at_least,
        },
    ]
    lines += [_line(part) for part in parts[:_SHOWN]]
    if len(parts) > _SHOWN:
        lines.append(_("另有%(count)s次超标。") % {"count": len(parts) - _SHOWN})
    if rule.basis:
        lines.append(rule.basis)
    lines.append(_("对本决定不服的，可凭单号和查询码在60日内提出申诉，由另一人复核。"))
    return "\n".join(lines)


def _line(part: NoisePart) -> str:
    """One exceedance in words."""
    level = part.worst if part.worst is not None else part.level
    words = {
        "day": part.day.isoformat(),
        "part": part.get_part_display(),
        "point": part.point.name,
        "level": _number(level),
        "limit": _number(part.limit),
        "peak": _number(part.peak),
        "allowed": _number(part.peak_limit),
    }
    if part.over > 0:
        return _("%(day)s %(part)s，%(point)s：等效声级%(level)s dB(A)，限值%(limit)s。") % words
    return _("%(day)s %(part)s，%(point)s：最大声级%(peak)s dB(A)，限值%(allowed)s。") % words


def _number(value: object) -> str:
    return "—" if value is None else f"{value:.1f}"
