"""A round from its plan to what it recognised: each step one function, all of a round together.

Words that are kept are in the first language; whoever takes the step may read another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number, perform, recuse
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import notify
from district.kernel.organisation.public import Owned, authorise
from district.systems.scenarios.models import (
    Application,
    Objection,
    Recognition,
    Review,
    Round,
)
from district.systems.scenarios.names import SYSTEM, decide_action, manage_action
from district.systems.scenarios.rules.reviewing import aggregate, assignment, passing
from district.systems.scenarios.rules.schemes import Scheme
from district.systems.scenarios.schemes import content_of, scheme_of
from district.systems.scenarios.selectors.entries import keeper_of
from district.systems.scenarios.selectors.recognition import (
    active_experts,
    barred_from,
    owned_round,
    recognition_subject,
    round_subject,
    scheme_in,
)

_NAMED = 5


@transaction.atomic
def plan_round(
    scheme_key: str, title: str, opens_on: date, closes_on: date, *, actor: Actor
) -> Round:
    """Write a round down; nothing is public yet. Raises NotFound, NotPermitted, Invalid."""
    scheme = scheme_of(scheme_key)
    keeper = keeper_of(scheme.key)
    authorise(actor, manage_action(scheme.key), Owned(keeper))
    if not 2 <= len(title.strip()) <= 120:
        raise Invalid("title", _("名称不对。"), _("请填写2到120个字。"))
    if opens_on < clock.today():
        raise Invalid("opens_on", _("开始申报的日期已过。"), _("请选择今天或以后的日期。"))
    if (closes_on - opens_on).days + 1 < scheme.least_window_days:
        raise Invalid(
            "closes_on",
            _("申报时间太短。"),
            _("请至少留出%(days)s天。") % {"days": scheme.least_window_days},
        )
    row = Round.objects.create(
        number=new_number("PC", clock.today()),
        scheme=scheme.key,
        content=content_of(scheme.key),
        title=title.strip(),
        lead_unit_id=keeper,
        opens_on=opens_on,
        closes_on=closes_on,
    )
    data = {"number": row.number, "scheme": scheme.key, "version": scheme.version}
    record(round_subject(row), "scenarios.round.planned", data, actor=actor)
    return row


def _locked(round_id: UUID | str, actor: Actor, action: str, states: Sequence[str]) -> Round:
    row = Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise NotFound(_("没有这个批次。"))
    right = manage_action(row.scheme) if action == "manage" else decide_action(row.scheme)
    authorise(actor, right, owned_round(row))
    if row.state not in states:
        raise Conflict(
            _("这个批次目前是“%(state)s”，不能这样办。请刷新后再看。")
            % {"state": row.get_state_display()}
        )
    return row


def _stand(row: Round, state: str, kind: str, actor: Actor, **data: object) -> Round:
    row.state = state
    save_versioned(row)
    record(round_subject(row), f"scenarios.round.{kind}", data, actor=actor)
    return row


@transaction.atomic
def announce_round(round_id: UUID | str, *, actor: Actor) -> Round:
    """Tell everybody; applications are taken in the window. Raises as `_locked`, Invalid where the
    window is over."""
    row = _locked(round_id, actor, "manage", [Round.State.PLANNED])
    if row.closes_on < clock.today():
        raise Conflict(_("申报时间已过，请另拟一个批次。"))
    return _stand(row, Round.State.ANNOUNCED, "announced", actor)


@transaction.atomic
def start_review(round_id: UUID | str, *, actor: Actor) -> Round:
    """Give every accepted application to its experts, blind.

    What was not completed lapses. Experts keep away from the cases that they review: there they
    would read whose they are. Raises Conflict while the window is open, while something waits for
    its check, without anything accepted, and where too few experts are free of ties.
    """
    row = _locked(round_id, actor, "manage", [Round.State.ANNOUNCED])
    if clock.today() <= row.closes_on:
        raise Conflict(_("申报还没有截止，截止后才能开始评审。"))
    rows = list(Application.objects.filter(round=row).select_related("case").order_by("pk"))
    waiting = [one.case.number for one in rows if one.case.stage == "check"]
    if waiting:
        raise Conflict(_("还有申请没有形式审查：%(which)s") % {"which": _some(waiting)})
    for one in rows:
        if one.case.stage == "completing":
            with override(settings.LANGUAGE_CODE):
                words = {"result": _("截止时仍未补正，不进入评审。")}
            perform(one.case_id, "lapse", actor=SYSTEM, data=words)
    accepted = [one for one in rows if one.case.stage == "accepted"]
    if not accepted:
        raise Conflict(_("没有形式审查通过的申请。"))
    ordered = sorted(accepted, key=lambda one: hashlib.sha256(one.pk.bytes).hexdigest())
    for at, one in enumerate(ordered, start=1):
        one.alias = at
        one.save(update_fields=["alias"])
        perform(one.case_id, "begin_review", actor=SYSTEM)
    missing = _assign(row, accepted, scheme_in(row))
    if missing:
        raise Conflict(
            _("没有足够的无利害关系的专家评审：%(which)s。请增聘专家。") % {"which": _some(missing)}
        )
    return _stand(row, Round.State.REVIEWING, "reviewing", actor, applications=len(accepted))


def _some(numbers: Sequence[str]) -> str:
    more = "…" if len(numbers) > _NAMED else ""
    return _("、").join(numbers[:_NAMED]) + more


def _assign(row: Round, applications: Sequence[Application], scheme: Scheme) -> list[str]:
    """Fill every application up to its number of experts; returns the cases for which too few are
    free."""
    experts = active_experts(row.lead_unit_id)
    by_key = {str(one.pk): one for one in experts}
    known: dict[str, set[str]] = {str(one.pk): set() for one in applications}
    lasting: dict[str, int] = dict.fromkeys(known, 0)
    for review in Review.objects.filter(application__in=applications):
        known[str(review.application_id)].add(str(review.expert_id))
        lasting[str(review.application_id)] += review.state != Review.State.DECLINED
    bound = barred_from(applications, experts)
    loads = dict.fromkeys(by_key, 0)
    for review in Review.objects.filter(application__round=row, state=Review.State.ASSIGNED):
        loads[str(review.expert_id)] = loads.get(str(review.expert_id), 0) + 1
    missing: list[str] = []
    told: set[str] = set()
    for one in applications:
        key = str(one.pk)
        wanted = scheme.experts - lasting[key]
        if wanted <= 0:
            continue
        barred = {key: known[key] | set(bound[key])}
        chosen = assignment([key], list(by_key), barred, loads, wanted).get(key)
        if chosen is None:
            missing.append(one.case.number)
            continue
        for expert in chosen:
            loads[expert] = loads.get(expert, 0) + 1
            Review.objects.create(application=one, expert=by_key[expert])
        members = [by_key[expert].member_id for expert in chosen]
        recuse(one.case_id, members, "blind", actor=SYSTEM)
        told.update(str(member) for member in members)
    if told:
        with override(settings.LANGUAGE_CODE):
            title = _("有认定申请待您评审：%(title)s") % {"title": row.title}
        notify(sorted(told), title, "", reverse("scenarios_reviews"), round_subject(row))
    return missing


@transaction.atomic
def fill_reviews(round_id: UUID | str, *, actor: Actor) -> int:
    """Assign other experts where some have left; returns how many reviews were added. Raises
    Conflict where too few are free."""
    row = _locked(round_id, actor, "manage", [Round.State.REVIEWING])
    rows = Application.objects.filter(round=row, case__stage="review").select_related("case")
    before = Review.objects.filter(application__round=row).count()
    missing = _assign(row, list(rows), scheme_in(row))
    if missing:
        raise Conflict(
            _("没有足够的无利害关系的专家评审：%(which)s。请增聘专家。") % {"which": _some(missing)}
        )
    added = Review.objects.filter(application__round=row).count() - before
    data = {"added": added}
    record(round_subject(row), "scenarios.round.filled", data, actor=actor)
    return added


@transaction.atomic
def propose_results(round_id: UUID | str, *, actor: Actor) -> Round:
    """Compute the scores, decide by the scheme's rule who is proposed, and begin the publicity.

    Raises Conflict while a review is missing.
    """
    row = _locked(round_id, actor, "decide", [Round.State.REVIEWING])
    scheme = scheme_in(row)
    rows = list(
        Application.objects.filter(round=row, case__stage="review")
        .select_related("case")
        .prefetch_related("reviews")
    )
    totals = {one: _totals(one) for one in rows}
    missing = [one.case.number for one, found in totals.items() if len(found) < scheme.experts]
    if missing:
        raise Conflict(_("还有评审没有提交：%(which)s") % {"which": _some(missing)})
    scores = {str(one.pk): aggregate(found, scheme.method) for one, found in totals.items()}
    passed, ranks = passing(scores, scheme)
    for one in rows:
        key = str(one.pk)
        one.score, one.rank, one.passed = scores[key], ranks[key], key in passed
        one.save(update_fields=["score", "rank", "passed"])
        with override(settings.LANGUAGE_CODE):
            words = _("得分%(score)s，第%(rank)s名。") % {"score": one.score, "rank": one.rank}
            missed = words + _("未达到认定条件。")
        if one.passed:
            perform(one.case_id, "propose", actor=SYSTEM, data={"text": words})
        else:
            perform(one.case_id, "decline", actor=SYSTEM, data={"result": missed})
    row.publicity_from = clock.today()
    row.publicity_until = clock.today() + timedelta(days=scheme.publicity_days)
    data = {"applications": len(rows), "proposed": len(passed)}
    return _stand(row, Round.State.PUBLICITY, "proposed", actor, **data)


def _totals(application: Application) -> list[Decimal]:
    return [
        review.total
        for review in application.reviews.all()
        if review.state == Review.State.SUBMITTED and review.total is not None
    ]


@transaction.atomic
def decide_objection(
    objection_id: UUID | str, *, upheld: bool, answer: str, actor: Actor
) -> Objection:
    """Decide an objection; what is objected to with right is not recognised.

    Raises NotFound, NotPermitted, Conflict where it is decided, Invalid without words.
    """
    found = Objection.objects.select_related("application__case").filter(pk=objection_id).first()
    if found is None:
        raise NotFound(_("没有这项异议。"))
    row = _locked(found.application.round_id, actor, "decide", [Round.State.PUBLICITY])
    if found.state != Objection.State.OPEN:
        raise Conflict(_("这项异议已经有结论。请刷新后再看。"))
    answer = answer.strip()[:500]
    if not answer:
        raise Invalid("answer", _("没有写核查结论。"), _("请写明核查的情况。"))
    found.state = Objection.State.UPHELD if upheld else Objection.State.DISMISSED
    found.answer = answer
    save_versioned(found, ["state", "answer"])
    case = found.application.case
    if upheld and case.stage == "publicity":
        perform(case.pk, "drop", actor=SYSTEM, data={"result": answer})
    data = {"application": case.number, "upheld": upheld}
    record(round_subject(row), "scenarios.round.objection_decided", data, actor=actor)
    return found


@transaction.atomic
def publish_round(round_id: UUID | str, *, actor: Actor) -> Round:
    """Recognise what was proposed and not objected to with right. Raises Conflict before the
    publicity is over and while an objection is open."""
    row = _locked(round_id, actor, "decide", [Round.State.PUBLICITY])
    if row.publicity_until is None or clock.today() <= row.publicity_until:
        raise Conflict(_("公示还没有结束。"))
    if Objection.objects.filter(application__round=row, state=Objection.State.OPEN).exists():
        raise Conflict(_("还有异议没有结论。"))
    scheme = scheme_in(row)
    rows = Application.objects.filter(round=row, passed=True, case__stage="publicity")
    made = [_recognise(one, row, scheme) for one in rows.select_related("renews", "case")]
    row.published_on = clock.today()
    return _stand(row, Round.State.PUBLISHED, "published", actor, recognised=len(made))


def _recognise(application: Application, row: Round, scheme: Scheme) -> Recognition:
    start, before = clock.today(), application.renews
    if before is not None and before.valid_until >= start:
        start = before.valid_until + timedelta(days=1)
    made = Recognition.objects.create(
        scheme=row.scheme,
        number=new_number(scheme.number, clock.today()),
        title=application.subject,
        organisation=application.applicant,
        code=application.code,
        round=row,
        lead_unit_id=row.lead_unit_id,
        valid_from=start,
        valid_until=last_day(start, scheme.years),
    )
    application.recognition = made
    application.save(update_fields=["recognition"])
    if before is not None:
        before.renewed_by = made
        save_versioned(before, ["renewed_by"])
    with override(settings.LANGUAGE_CODE):
        words = _("认定编号%(number)s，有效期至%(until)s。") % {
            "number": made.number,
            "until": made.valid_until.isoformat(),
        }
    perform(application.case_id, "recognise", actor=SYSTEM, data={"result": words})
    data = {"number": made.number, "until": made.valid_until}
    record(recognition_subject(made), "scenarios.recognition.made", data, actor=SYSTEM)
    return made


def last_day(start: date, years: int) -> date:
    """The last day of a recognition that is valid from `start` for so many years."""
    return _years_on(start, years) - timedelta(days=1)


def _years_on(day: date, years: int) -> date:
    """The same day so many years later; 28 February for a 29th that there is not."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@transaction.atomic
def revoke_recognition(recognition_id: UUID | str, reason: str, *, actor: Actor) -> Recognition:
    """Take a recognition back from today on. Raises NotFound, NotPermitted, Invalid, Conflict."""
    row = Recognition.objects.select_for_update().filter(pk=recognition_id).first()
    if row is None:
        raise NotFound(_("没有这项认定。"))
    authorise(actor, decide_action(row.scheme), Owned(row.lead_unit_id))
    if row.revoked_on is not None or row.valid_until < clock.today():
        raise Conflict(_("这项认定已经撤销或到期。"))
    reason = reason.strip()[:200]
    if not reason:
        raise Invalid("reason", _("没有写撤销的原因。"), _("请写明事实和依据。"))
    row.revoked_on, row.reason = clock.today(), reason
    save_versioned(row, ["revoked_on", "reason"])
    data = {"number": row.number, "reason": reason}
    record(recognition_subject(row), "scenarios.recognition.revoked", data, actor=actor)
    return row


@transaction.atomic
def expire_due() -> int:
    """Note in history what has expired; again it notes nothing. Returns how many."""
    rows = Recognition.objects.filter(valid_until__lt=clock.today(), expired_at=None)
    found = list(rows.filter(revoked_on=None).order_by("pk")[:200])
    for row in found:
        row.expired_at = clock.now()
        save_versioned(row, ["expired_at"])
        data = {"number": row.number, "until": row.valid_until}
        record(recognition_subject(row), "scenarios.recognition.expired", data, actor=SYSTEM)
    return len(found)
