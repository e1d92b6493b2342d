"""What must hold before an action: the closed registry of named checks, and conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict
from district.kernel.cases.models import Case, CaseAttachment, CaseStep
from district.kernel.cases.rules.definition import Guard
from district.kernel.cases.rules.words import said
from district.kernel.cases.services.doing import Doing
from district.kernel.cases.services.routing import facts_of
from district.kernel.conditions.public import explain, leaves

Check = Callable[[Doing], None]


def co_units_finished(doing: Doing) -> None:
    """The lead unit closes only after the co-units."""
    open_ones = [co.unit_id for co in doing.co_units if co.finished_at is None]
    if open_ones:
        raise Conflict(
            _("还有%(count)s个配合单位没有办结。请等配合单位办结后再办理。")
            % {"count": len(open_ones)}
        )


def children_closed(doing: Doing) -> None:
    """A parent closes only after its children."""
    count = open_children(doing.case)
    if count:
        raise Conflict(_("还有%(count)s个子单没有结束。请先办结子单。") % {"count": count})


def open_children(case: Case) -> int:
    """How many children of the case are not over."""
    return case.children.exclude(category=Case.Category.DONE).count()


def within_reopen_term(doing: Doing) -> None:
    """A case is handled again only within so many days after it was closed."""
    closed, days = doing.case.closed_at, doing.case_type.reopen_days
    if closed is not None and doing.now > closed + timedelta(days=days):
        raise Conflict(_("结案已超过%(days)s天，不能再申请重办。请重新提交一单。") % {"days": days})


def pauses_left(doing: Doing) -> None:
    """A case rests only so many times."""
    most = doing.case_type.most_pauses
    if most is not None and doing.case.pauses >= most:
        raise Conflict(_("已挂起%(count)s次，不能再挂起。") % {"count": doing.case.pauses})


def not_bound(doing: Doing) -> None:
    """After an adjudication the unit handles the case; it may not be returned again."""
    if doing.case.is_bound:
        raise Conflict(_("该单已经裁定由本单位承办，不能再退单。"))


def own_co_unit_open(doing: Doing) -> None:
    """The actor's unit is a co-unit that still has its part to do."""
    if doing.own_part is None:
        raise Conflict(_("您的单位没有待办的配合事项。请刷新后再看。"))


def extension_asked(doing: Doing) -> None:
    """There is an extension to decide on."""
    if doing.case.asked_days is None:
        raise Conflict(_("没有待批的延期申请。请刷新后再看。"))


def after_photo(doing: Doing) -> None:
    """A picture shows how it looks afterwards: it comes with this action, or was attached since
    the case came to the stage where it stands."""
    if doing.pictures:
        return
    came = CaseStep.objects.filter(case=doing.case, to_stage=doing.case.stage)
    last = came.exclude(from_stage=doing.case.stage).order_by("-at").values_list("at", flat=True)
    shown = CaseAttachment.objects.filter(
        case=doing.case, kind=CaseAttachment.Kind.AFTER, is_image=True
    )
    since = last.first()
    if not (shown.filter(at__gte=since) if since else shown).exists():
        raise Conflict(_("还没有处理后的照片。请随本次办理上传，或先作为“处理后”附件上传。"))


def another_person(doing: Doing) -> None:
    """Whoever last moved the case among the members does not decide on it now (审核与审批分开,
    复核由他人进行). What the reporter or the product did in between changes nothing."""
    moved = CaseStep.objects.filter(case=doing.case, actor_kind="member")
    moved = moved.exclude(from_stage=F("to_stage")).order_by("-at", "-id")
    last = moved.values_list("actor_id", flat=True).first()
    if last is not None and doing.actor.kind == "member" and doing.actor.id == last:
        raise Conflict(_("上一步决定是您作出的，这一步须由另一人办理。"))


CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        co_units_finished,
        children_closed,
        within_reopen_term,
        pauses_left,
        not_bound,
        own_co_unit_open,
        extension_asked,
        after_photo,
        another_person,
    )
}


def refuse_unless_guards_hold(doing: Doing) -> None:
    """Conflict with the words of the first guard that does not hold."""
    for guard in doing.move.guards:
        if guard.name:
            CHECKS[guard.name](doing)
        elif not _holds(guard, doing):
            raise Conflict(said(guard.refusal))


def _holds(guard: Guard, doing: Doing) -> bool:
    if guard.condition is None:
        return True
    asked = {leaf.attribute.key for leaf in leaves(guard.condition)}
    children = open_children(doing.case) if "children_open" in asked else None
    facts = facts_of(doing.case, doing.co_units, children)
    today = timezone.localtime(doing.now).date()
    return explain(guard.condition, facts, today=today).verdict is True
