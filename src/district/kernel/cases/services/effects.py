"""What actions do to a case besides moving it to another stage: the closed registry of effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.cases.models import CallBack, Case, CoUnit, Reporter
from district.kernel.cases.rules.resting import resting_until
from district.kernel.cases.services.doing import Doing, concerns, told_with, unit_for
from district.kernel.cases.services.routing import grade_of
from district.kernel.cases.types import matter_of, unit_named
from district.kernel.organisation.public import (
    Member,
    Role,
    Unit,
    assignments_today,
    root_code,
)

Effect = Callable[[Doing], None]


def assign(doing: Doing) -> None:
    """Give the case to a lead unit and co-units; a new lead unit starts with a clean slate.

    What belongs to the old one goes: its acceptance, its handler, an extension it asked for.
    Reporters, matter, grade, place and the clocks that do not restart stay.
    """
    case, form = doing.case, doing.form
    if "matter" in form:
        _choose_matter(doing, form["matter"])
    code = form.get("lead_unit") or case.suggested_unit_id
    if not code:
        raise Invalid("lead_unit", _("还没有选择承办单位。"), _("请从单位列表中选择。"))
    unit = unit_for("lead_unit", code, _("没有这个单位。"), _("请从单位列表中选择。"))
    if concerns(case, unit.path):
        raise Invalid("lead_unit", _("不能交给被投诉的单位办理。"), _("请选择其他单位或监督机构。"))
    if unit.pk != case.lead_unit_id:
        case.handler, case.asked_days = None, None
        doing.facts["lead_unit_before"] = case.lead_unit_id
    case.lead_unit, case.accepted_at = unit, None
    case.dispatched_at = case.dispatched_at or doing.now
    if "co_units" in doing.move.form:
        _set_co_units(doing, form.get("co_units", ()))
    doing.facts |= {"lead_unit": unit.pk, "co_units": [co.unit_id for co in doing.co_units]}
    doing.told_units |= {co.unit_id for co in doing.co_units}


def _choose_matter(doing: Doing, code: str) -> None:
    case = doing.case
    matter = matter_of(case.type_key, code)
    if matter is None:
        raise Invalid("matter", _("事项清单中没有这个事项。"), _("请从清单中选择。"))
    if code != case.matter:
        doing.facts["matter_before"] = case.matter
    doing.facts["catalogue"] = matter.catalogue
    case.matter, case.catalogue = code, matter.catalogue
    case.is_sensitive = case.is_sensitive or matter.sensitive


def _set_co_units(doing: Doing, wanted: tuple[str, ...]) -> None:
    """Make the co-units those of the form; one that has finished stays as it is."""
    case = doing.case
    found = Unit.objects.filter(pk__in=wanted, is_active=True) if wanted else ()
    known = {unit.pk for unit in found if not concerns(case, unit.path)}
    for code in wanted:
        if code not in known or code == case.lead_unit_id:
            raise Invalid(
                "co_units",
                _("配合单位不对：%(code)s。") % {"code": code},
                _("请从单位列表中选择，且不能是承办单位或被投诉的单位。"),
            )
    gone = [co for co in doing.co_units if co.unit_id not in known and co.finished_at is None]
    for co in gone:
        co.delete()
    present = {co.unit_id for co in doing.co_units if co not in gone}
    added = [CoUnit(case=case, unit_id=code) for code in wanted if code not in present]
    if added:
        CoUnit.objects.bulk_create(added)
    doing.co_units[:] = [co for co in doing.co_units if co not in gone] + added


def accept(doing: Doing) -> None:
    """The unit takes the case on (签收); whoever does so handles it, unless somebody is named."""
    case = doing.case
    case.accepted_at = doing.now
    chosen = doing.form.get("handler") or (doing.actor.id if doing.actor.kind == "member" else "")
    if not chosen:
        return
    acting = assignments_today().filter(member_id=chosen, unit_id=case.lead_unit_id)
    if acting.exists():
        case.handler = Member.objects.get(pk=chosen)
    elif doing.form.get("handler"):
        raise Invalid("handler", _("该成员不在承办单位任职。"), _("请从本单位成员中选择。"))


def count_return(doing: Doing) -> None:
    """The unit gives the case back to the desk (退单), which adjudicates."""
    doing.case.returns += 1
    doing.facts |= {"returned_by": doing.case.lead_unit_id, "returns": doing.case.returns}


def bind(doing: Doing) -> None:
    """The desk's word holds (退单裁定): the unit may not return the case again."""
    doing.case.is_bound = True


def ask_extension(doing: Doing) -> None:
    """Ask for more days; the clock runs on until it is decided."""
    _refuse_too_long(doing, doing.form.get("days"))
    doing.case.asked_days = doing.form.get("days")
    doing.told_units.add(doing.case.centre_unit_id)


def grant_extension(doing: Doing) -> None:
    """Grant the days asked for, or those that the form says instead."""
    days = doing.form.get("days") or doing.case.asked_days
    if not days:
        raise Conflict(_("没有待批的延期申请。请刷新后再看。"))
    _refuse_too_long(doing, days)
    doing.extend_days, doing.case.asked_days = days, None
    doing.case.extensions += 1
    doing.facts["days"] = days
    doing.told_units.add(doing.case.lead_unit_id)


def _refuse_too_long(doing: Doing, days: int | None) -> None:
    """The law, or the declaration, says by how many days a clock may be extended at most."""
    capped = (clock.most_extra_days for clock in doing.case_type.clocks.values())
    most = min((cap for cap in capped if cap is not None), default=None)
    if most is not None and days is not None and days > most:
        raise Invalid("days", _("最多可延长%(most)s天。") % {"most": most}, _("请填写更少的天数。"))


def refuse_extension(doing: Doing) -> None:
    """Refuse the days asked for; the deadline stays."""
    doing.case.asked_days = None
    doing.told_units.add(doing.case.lead_unit_id)


def suspend(doing: Doing) -> None:
    """Let the case rest until a day (挂账), at most as long as the stage's cap."""
    case = doing.case
    stage = doing.case_type.stages[doing.target or case.stage]
    first, last = resting_until(stage, timezone.localtime(doing.now).date())
    until = doing.form.get("until")
    if until is None or until < first:
        raise Invalid("until", _("挂起截止日期须在今天之后。"), _("请重新选择日期。"))
    if last is not None and until > last:
        raise Invalid(
            "until",
            _("最长可挂起%(days)s天。") % {"days": stage.cap_days},
            _("请选择更早的日期，到期后可再次申请。"),
        )
    case.pauses += 1
    case.resume_on = until


def resume(doing: Doing) -> None:
    """The case goes on; its clocks have stood still meanwhile."""
    doing.case.resume_on = None
    doing.told_units.add(doing.case.lead_unit_id)


def finish(doing: Doing) -> None:
    """The unit has handled it; the desk now asks the reporter."""
    doing.case.finished_at = doing.now
    doing.case.result = doing.form.get("result") or doing.form.get("text") or ""


def finish_co_unit(doing: Doing) -> None:
    """A co-unit has done its part."""
    co = doing.own_part
    if co is None:
        raise Conflict(_("您的单位没有待办的配合事项。请刷新后再看。"))
    co.text, co.finished_at = doing.form.get("text", ""), doing.now
    co.save(update_fields=["text", "finished_at"])
    doing.facts["co_unit"] = co.unit_id
    doing.told_units.add(doing.case.lead_unit_id)


def call_back(doing: Doing) -> None:
    """Note what a reporter said when called; only a call that was made counts. The form may say
    which of them it was, those of merged cases among them."""
    outcome = doing.form.get("satisfaction")
    if not outcome:
        raise Invalid("satisfaction", _("还没有填写回访结果。"), _("请从列表中选择。"))
    CallBack.objects.create(
        case=doing.case,
        reporter=_called(doing),
        outcome=outcome,
        text=doing.form.get("text", ""),
        caller=doing.actor.name[:80],
        at=doing.now,
    )
    doing.case.satisfaction = outcome


def _called(doing: Doing) -> Reporter | None:
    if doing.reporter is not None:
        return doing.reporter
    wanted = doing.form.get("reporter")
    if not wanted:
        return None
    found = Reporter.objects.filter(told_with(doing.case.pk), pk=wanted).first()
    if found is None:
        raise Invalid("reporter", _("没有这位反映人。"), _("请从列表中选择。"))
    return found


def close(doing: Doing) -> None:
    """The case is over."""
    doing.case.closed_at = doing.now
    doing.case.finished_at = doing.case.finished_at or doing.now
    doing.case.result = doing.form.get("result") or doing.case.result


def reopen(doing: Doing) -> None:
    """The case is handled again (重办): what said that it was over no longer does."""
    case = doing.case
    case.reopens += 1
    case.finished_at = case.closed_at = case.accepted_at = None
    case.satisfaction = ""
    doing.told_units.add(case.lead_unit_id)


def merge(doing: Doing) -> None:
    """The case is one with another: it waits inside that one, and can be taken out again."""
    wanted = str(doing.form.get("into", "")).strip().upper()
    into = Case.objects.select_for_update(of=("self",)).filter(number=wanted).first()
    case = doing.case
    if into is None or into.pk == case.pk or into.type_key != case.type_key:
        raise Invalid("into", _("没有可以并入的这个单号。"), _("请填写同类型的另一单的单号。"))
    if into.merged_into_id is not None or into.category == Case.Category.DONE:
        raise Invalid("into", _("该单已经并入别的单或已经结束。"), _("请并入正在办理的单。"))
    if case.merged_cases.exists():
        raise Conflict(_("已有其他单并入本单。请先将它们拆出，或改为把对方并入本单。"))
    case.merged_into = into
    into.reporter_count += case.reporter_count
    into.save(update_fields=["reporter_count"])
    doing.facts["into"] = into.number


def unmerge(doing: Doing) -> None:
    """Take the case out again; it goes on where it stood, its clocks as they were."""
    case = doing.case
    into = Case.objects.select_for_update(of=("self",)).get(merged_cases=case)
    into.reporter_count -= case.reporter_count
    into.save(update_fields=["reporter_count"])
    case.merged_into = None
    doing.facts["out_of"] = into.number


def regrade(doing: Doing) -> None:
    """Choose another grade or matter by hand; with a matter alone the rules grade anew."""
    case, form = doing.case, doing.form
    if "matter" in form:
        _choose_matter(doing, form["matter"])
        case.grade = grade_of(doing.case_type, case)
    if "grade" in form:
        if form["grade"] not in doing.case_type.grades:
            raise Invalid("grade", _("没有这个等级。"), _("请从列表中选择。"))
        doing.facts["grade_before"] = case.grade
        case.grade = form["grade"]


def name_leader(doing: Doing) -> None:
    """Put a leader in charge (领导包案): that leader sees the case and is urged too."""
    wanted = str(doing.form.get("leader", ""))
    chosen = next((each for each in leaders() if str(each.pk) == wanted), None)
    if chosen is None:
        raise Invalid("leader", _("没有这位领导。"), _("请从领导列表中选择。"))
    doing.facts["leader_before"] = str(doing.case.leader_id or "")
    doing.case.leader = chosen
    doing.told_leader = chosen.pk
    doing.told_units.add(doing.case.lead_unit_id)


def disclose(doing: Doing) -> None:
    """What was confidential no longer is: the desk that the type's own system names by `desk` takes
    part from now on, the district's where it names none."""
    case = doing.case
    case.is_confidential = False
    case.centre_unit_id = unit_named(case, "desk") or root_code()
    doing.facts["centre"] = case.centre_unit_id


def alert(doing: Doing) -> None:
    """Tell the unit whose turn it is, though the case stays where it is."""
    doing.told_units.add(doing.case.holder_unit_id)


def tell_desk(doing: Doing) -> None:
    """Tell the desk, though it is not its turn: a report has come in."""
    doing.told_units.add(doing.case.centre_unit_id)


def tell_lead(doing: Doing) -> None:
    """Tell the lead unit, though it is not its turn: its case was spoken of or is over."""
    doing.told_units.add(doing.case.lead_unit_id)


def tell_leader(doing: Doing) -> None:
    """Tell the leader in charge, where one is named."""
    doing.told_leader = doing.case.leader_id


def leaders() -> QuerySet[Member]:
    """The leaders of today, by name."""
    posts = assignments_today().filter(role=Role.LEADER)
    return Member.objects.filter(pk__in=posts.values("member_id"), is_active=True).order_by("name")


def restate_source(doing: Doing) -> None:
    """The sending platform adds to its order: another deadline, more words. Whose turn it is is
    told."""
    case, stated = doing.case, doing.form.get("source_due_at")
    if stated is not None and stated != case.source_due_at:
        doing.facts["source_due_at_before"] = str(case.source_due_at or "")
        case.source_due_at, doing.restated = stated, True
    doing.told_units.add(case.holder_unit_id)


EFFECTS: Mapping[str, Effect] = {
    effect.__name__: effect
    for effect in (
        assign,
        accept,
        count_return,
        bind,
        ask_extension,
        grant_extension,
        refuse_extension,
        suspend,
        resume,
        finish,
        finish_co_unit,
        call_back,
        close,
        reopen,
        merge,
        unmerge,
        regrade,
        name_leader,
        disclose,
        alert,
        tell_desk,
        tell_lead,
        tell_leader,
        restate_source,
    )
}
