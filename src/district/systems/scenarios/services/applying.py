"""What applicants do, without a log-in: apply, complete, withdraw; what anybody does: object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.cases.public import (
    Case,
    Contact,
    PublicStatus,
    Report,
    is_phone,
    kept_files,
    perform,
    report_case,
    said,
)
from district.kernel.history.public import Actor, protect, record, reveal
from district.kernel.organisation.public import authorise, authorise_outside
from district.systems.scenarios.models import Application, Objection, Paper, Recognition, Round
from district.systems.scenarios.names import RECOGNITION, TICKETS, decide_action
from district.systems.scenarios.rules.codes import is_credit_code
from district.systems.scenarios.rules.schemes import FormField, Scheme
from district.systems.scenarios.selectors.applicants import application_of_enterprise
from district.systems.scenarios.selectors.recognition import (
    active_experts,
    is_open,
    owned_round,
    round_subject,
    scheme_in,
)
from district.systems.scenarios.services.experts import keep_all_away
from district.systems.scenarios.services.papers import Files, add_papers, attach_papers

PUBLIC = Actor.anonymous()
#: What an applicant may do to their case.
DOINGS = ("complete", "withdraw")
_LONGEST = 2000


@dataclass(frozen=True)
class Applied:
    """An application as it was filled in; `key` is the ticket's, `answers` by the scheme's fields,
    `renews` the number of an earlier recognition that this one shall follow."""

    key: str
    round: UUID | str
    applicant: str
    code: str
    subject: str
    text: str
    name: str
    phone: str
    renews: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What the applicant takes away."""

    number: str
    code: str


@transaction.atomic
def apply_for_recognition(given: Applied) -> Receipt:
    """Open the case of an application; the same key gives the same receipt.

    Experts with a tie to the applicant are kept away from it at once. Raises NotFound, Conflict
    where the window is closed, Invalid naming the field.
    """
    row = Round.objects.filter(pk=given.round).first()
    if row is None:
        raise NotFound(_("没有这个批次。"))
    code = TICKETS.code_for(given.key, settings.SECRET_KEY)
    known = Case.objects.filter(key=given.key, type_key=RECOGNITION).first()
    if known is not None:
        return Receipt(known.number, code)
    if not is_open(row, clock.today()):
        raise Conflict(_("现在不在申报时间内。"))
    scheme = scheme_in(row)
    firm_code = _check(given)
    _refuse_twins(row, firm_code, given.subject.strip())
    answers = read_answers(scheme, given.answers)
    renews = _renewed(given.renews, row, scheme, firm_code)
    report = Report(
        RECOGNITION,
        given.text,
        title=f"{given.subject.strip()}（{given.applicant.strip()}）",
        centre=row.lead_unit_id,
        facts={
            "scheme": row.scheme,
            "round": row.number,
            "firm": given.applicant.strip(),
            "firm_code": firm_code,
        },
    )
    contact = Contact(given.name, given.phone)
    made = report_case(report, actor=PUBLIC, contact=contact, key=given.key, code=code)
    application = Application.objects.create(
        case=made.case,
        round=row,
        applicant=given.applicant.strip(),
        code=firm_code,
        subject=given.subject.strip(),
        text=given.text.strip(),
        answers=answers,
        renews=renews,
    )
    keep_all_away(application, active_experts(row.lead_unit_id))
    return Receipt(made.case.number, code)


def _check(given: Applied) -> str:
    for key, value, problem in (
        ("applicant", given.applicant, _("没有写申请单位。")),
        ("subject", given.subject, _("没有写名称。")),
    ):
        if not 2 <= len(value.strip()) <= 120:
            raise Invalid(key, problem, _("请填写2到120个字。"))
    if not 20 <= len(given.text.strip()) <= 5000:
        raise Invalid("text", _("说明太短或太长。"), _("请写20到5000个字。"))
    if not is_phone(given.phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    code = given.code.strip().upper()
    if not is_credit_code(code):
        raise Invalid("code", _("统一社会信用代码不对。"), _("请核对18位代码，最后一位是校验位。"))
    return code


def _refuse_twins(row: Round, code: str, subject: str) -> None:
    twins = Application.objects.filter(round=row, code=code, subject=subject)
    if twins.exclude(case__stage="withdrawn").exists():
        raise Invalid(
            "subject", _("这个单位已经用这个名称申报过。"), _("请查询已有的申请，或改换名称。")
        )


def read_answers(scheme: Scheme, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to a scheme's fields as JSON; Invalid names the one that is missing or wrong."""
    found: dict[str, Any] = {}
    for one in scheme.fields:
        value = given.get(one.key)
        if value is None or value == "":
            if one.required:
                raise Invalid(
                    one.key, _("没有填写“%(name)s”。") % {"name": said(one.label)}, _("请补充。")
                )
            continue
        found[one.key] = _answer(one, value)
    return found


def _answer(one: FormField, value: Any) -> Any:
    if one.type == "boolean":
        return bool(value)
    if one.type in ("integer", "decimal"):
        return _number(one, value)
    text = str(value).strip()
    if one.choices and text not in dict(one.choices):
        raise Invalid(one.key, _("没有这个选项。"), _("请从列表中选择。"))
    if len(text) > _LONGEST:
        raise Invalid(one.key, _("内容超过%(most)s字。") % {"most": _LONGEST}, _("请精简。"))
    return text


def _number(one: FormField, value: Any) -> int | str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    whole = one.type == "integer"
    if not number.is_finite() or number < 0 or (whole and number != number.to_integral_value()):
        raise Invalid(one.key, _("数字不对。"), _("请填写不小于零的数，例如 12。"))
    return int(number) if whole else format(number, "f")


def _renewed(number: str, row: Round, scheme: Scheme, code: str) -> Recognition | None:
    """The recognition that the application follows; Invalid where it cannot be followed now."""
    if not number.strip():
        return None
    rows = Recognition.objects.filter(scheme=row.scheme, code=code, renewed_by=None)
    found = rows.filter(number=number.strip().upper(), revoked_on=None).first()
    if found is None:
        raise Invalid("renews", _("没有这个单位的这项认定。"), _("请核对认定编号，或留空。"))
    if clock.today() < found.valid_until - timedelta(days=scheme.renew_days):
        raise Invalid(
            "renews",
            _("这项认定还没有到复审的时候。"),
            _("请在到期前%(days)s天内申报复审。") % {"days": scheme.renew_days},
        )
    return found


def answer(
    status: PublicStatus,
    doing: str,
    given: Mapping[str, Any],
    *,
    round_: int,
    files: Files = (),
    kind: str = "",
) -> Case:
    """Do for the applicant, who has shown the code, what the case allows now; all of it or nothing.

    With `complete` come the changed answers and files of one `kind` of the scheme. `round_` is how
    many steps the case had when the page was drawn. Raises NotFound, Conflict and Invalid as
    `perform` and `attach_papers` do.
    """
    if doing not in DOINGS:
        raise NotFound(_("没有这项操作。"))
    with kept_files(files if doing == "complete" else ()) as kept, transaction.atomic():
        case = _answered(status, doing, given, round_)
        if kept:
            add_papers(case.pk, kind, kept, status.reporter)
        return case


def _answered(status: PublicStatus, doing: str, given: Mapping[str, Any], round_: int) -> Case:
    reporter = status.reporter
    case = perform(
        status.shown.pk,
        doing,
        actor=Actor("public", str(reporter.pk)),
        data={"text": str(given.get("text", ""))},
        key=f"{doing}:{reporter.pk}:{round_}",
        reporter=reporter,
    )
    if doing == "complete":
        row = Application.objects.select_for_update(of=("self",)).get(case=case)
        changed = {
            one.key: given[one.key]
            for one in scheme_in(row.round).fields
            if one.key in given and given[one.key] not in (None, "")
        }
        row.answers = read_answers(scheme_in(row.round), {**row.answers, **changed})
        row.save(update_fields=["answers"])
    return case


def answer_for_enterprise(
    code: str,
    application_id: UUID | str,
    doing: str,
    given: Mapping[str, Any],
    *,
    round_: int,
    actor: Actor,
    files: Files = (),
    kind: str = "",
) -> Case:
    """`answer` for the enterprise of a credit code, whose account has shown who it is; `actor` is
    that account or its system. Raises NotPermitted, NotFound for another's application."""
    authorise_outside(actor)
    _application, status = application_of_enterprise(code, application_id)
    return answer(status, doing, given, round_=round_, files=files, kind=kind)


def attach_for_enterprise(
    code: str, application_id: UUID | str, kind: str, files: Files, *, actor: Actor
) -> list[Paper]:
    """`attach_papers` for the enterprise of a credit code, as `answer_for_enterprise`."""
    authorise_outside(actor)
    _application, status = application_of_enterprise(code, application_id)
    return attach_papers(status, kind, files)


@transaction.atomic
def read_objector(objection_id: UUID | str, reason: str, *, actor: Actor) -> tuple[str, str]:
    """Name and telephone of who objected, for whoever decides it; each viewing is in history.

    Raises NotFound, NotPermitted, Invalid without a reason.
    """
    found = Objection.objects.select_related("application__round").filter(pk=objection_id).first()
    if found is None:
        raise NotFound(_("没有这项异议。"))
    row = found.application.round
    authorise(actor, decide_action(row.scheme), owned_round(row))
    if not reason.strip():
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“核实异议”。"))
    name, phone = (
        reveal(token, actor=actor, subject=round_subject(row), reason=reason.strip()[:200]) or ""
        for token in (found.name, found.phone)
    )
    return name, phone


@transaction.atomic
def object_to(
    application_id: UUID | str, *, name: str, phone: str, text: str, key: str
) -> Objection:
    """Say something against a proposal during its publicity; name and telephone are encrypted.

    The same key says it once. Raises NotFound, Conflict outside the publicity, Invalid.
    """
    known = Objection.objects.filter(key=key).first()
    if known is not None:
        return known
    row = Application.objects.select_related("round").filter(pk=application_id, passed=True).first()
    if row is None:
        raise NotFound(_("没有这项公示。"))
    until = row.round.publicity_until
    if row.round.state != Round.State.PUBLICITY or until is None or clock.today() > until:
        raise Conflict(_("现在不在公示期内。"))
    if len(name.strip()) < 2 or len(name.strip()) > 60:
        raise Invalid("name", _("没有写姓名。"), _("提出异议须实名，姓名会加密保存。"))
    if not is_phone(phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    if not 10 <= len(text.strip()) <= 5000:
        raise Invalid("text", _("没有写清异议。"), _("请写明事实和依据，10到5000个字。"))
    person = uuid4()
    made = Objection.objects.create(
        application=row,
        person=person,
        name=protect(str(person), name.strip()),
        phone=protect(str(person), phone.strip()),
        text=text.strip(),
        at=clock.now(),
        key=key,
    )
    data = {"application": row.case.number}
    record(round_subject(row.round), "scenarios.round.objected", data, actor=PUBLIC)
    return made
