"""Opening a case, and joining one that stands: the two ends of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.digests import keyed_digest
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.inserting import insert, together
from district.kernel.cases.models import Case, CoUnit, Reporter
from district.kernel.cases.names import CHANGED
from district.kernel.cases.rules.definition import CaseType
from district.kernel.cases.rules.forms import LONGEST_TEXT, check_key, cut, digest, writable
from district.kernel.cases.rules.numbers import code_hash, new_code
from district.kernel.cases.services.clocks import begin_clocks
from district.kernel.cases.services.doing import CASES, owned, refuse_complained, subject_of
from district.kernel.cases.services.intake import Report, check_origin, new_case
from district.kernel.cases.services.performing import locked_case, perform
from district.kernel.cases.services.publishing import ensure_published
from district.kernel.cases.services.routing import Route, route_of
from district.kernel.cases.types import case_type_of, create_action, type_of, view_action
from district.kernel.history.public import (
    Actor,
    Entry,
    protect_new,
    publish,
    record,
    record_many,
)
from district.kernel.organisation.public import Owned, authorise_by, permitted_by, root_code

_PHONE = re.compile(r"\+?\d[\d\- ]{5,19}")
#: So often a report is tried when its number, or the report itself, came in at the same moment.
_TRIES = 3


@dataclass(frozen=True)
class Contact:
    """Who reports: a name and a telephone number, both as the person wishes; personal data."""

    name: str = ""
    phone: str = ""
    wants_call: bool = True


@dataclass(frozen=True)
class Reported:
    """What became of a report: the case, the reporter's code (told once), and whether the same
    report had come in before (then there is no code)."""

    case: Case
    code: str
    repeated: bool = False
    route: Route | None = None


def report_case(
    report: Report,
    *,
    actor: Actor,
    contact: Contact | None = None,
    key: str = "",
    code: str = "",
) -> Reported:
    """Open a case: graded, routed, its first clock running.

    The same `key`, or the same number of a sending platform, opens no second case, also when both
    come at the same moment. `code` is the reporter's, where the caller must be able to tell it
    again; else one is drawn. Raises Invalid naming the field, NotPermitted where the actor may not
    open such a case.
    """
    check_key(key)
    for at in range(_TRIES):
        try:
            return _report(report, actor, contact, key, code, looking=at > 0)
        except IntegrityError as error:
            # The same report just now, or a number drawn twice: seen, and drawn again.
            refused = error
    raise Conflict(_("同样的内容正在提交。请稍候再看。")) from refused


@transaction.atomic
def _report(
    report: Report, actor: Actor, contact: Contact | None, key: str, code: str, *, looking: bool
) -> Reported:
    case_type = case_type_of(report.type_key)
    if case_type.complaint and not report.complained_unit:
        raise Invalid("complained_unit", _("还没有选择被投诉的单位。"), _("请从单位列表中选择。"))
    _authorise(case_type, report.centre, actor)
    check_origin(report)
    # A form's key mostly is new, and one that is not is refused by the database: then it is
    # looked for. A sending platform sends again what it sent.
    looking = looking or bool(report.source_number)
    earlier = _reported_before(report, key) if looking else None
    if earlier is not None:
        return Reported(earlier, "", repeated=True)
    case = new_case(case_type, report, key)
    route = route_of(case_type, case)
    case.suggested_unit_id = route.unit if route else None
    case.reporter_count = 0 if contact is None else 1
    ensure_published(case_type)
    with together():
        begin_clocks(case, case_type)
        insert([case])
        code = _add_reporter(case, contact, "", "", code) if contact is not None else ""
        _tell_history(case, route, actor)
    if route is not None and route.directly:
        data = {"lead_unit": route.unit, "text": route.reason}
        case = perform(case.pk, "dispatch", actor=CASES, data=data)
    return Reported(case, code, route=route)


def _authorise(case_type: CaseType, centre: str, actor: Actor) -> None:
    """The public where the type is open to it; members by their right; the product's own parts."""
    if actor.kind == "public":
        if not case_type.open_to_public:
            raise NotPermitted(_("这类事件不能由公众提交。"))
        return
    centre = centre or root_code()
    authorise_by(actor, create_action(case_type), Owned(centre, centre=centre))


def _reported_before(report: Report, key: str) -> Case | None:
    # Mostly there is none: the key alone is asked for, it costs a third of the whole row.
    keys = Case.objects.order_by().values_list("pk", flat=True)
    found = list(keys.filter(key=key)[:1]) if key else []
    if not found and report.source_number:
        came = {"source_name": report.source_name, "source_number": report.source_number}
        found = list(keys.filter(**came)[:1])
    if not found:
        return None
    case = Case.objects.get(pk=found[0])
    if case.type_key != report.type_key:
        raise Conflict(_("这个编号已用于另一类事件。请换一个。"))
    return case


def _tell_history(case: Case, route: Route | None, actor: Actor) -> None:
    data = {
        "number": case.number,
        "type": case.type_key,
        "version": case.type_version,
        "stage": case.stage,
        "grade": case.grade,
        "matter": case.matter,
        "source": case.source,
        "source_number": case.source_number,
        "suggested_unit": case.suggested_unit_id or "",
        "because": route.condition if route else "",
        "due_at": case.clock.due_at if case.clock else None,
        # The text itself may name people, so history keeps what proves it, not what it says.
        "text_sha256": digest(case.text),
    }
    record_many([Entry(subject_of(case), "cases.case.reported", data)], actor=actor, fresh=True)
    publish(CHANGED, {"case": str(case.pk), "action": "report"}, subject_of(case))


def is_phone(text: str) -> bool:
    """Whether it can be a telephone number as people write them."""
    return bool(_PHONE.fullmatch(text.strip()))


def _add_reporter(case: Case, contact: Contact, text: str, key: str, code: str) -> str:
    """A reporter of the case; returns the code with which they ask how it stands."""
    name, phone = writable(contact.name).strip(), contact.phone.strip()
    if phone and not is_phone(phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    if len(name) > 60:
        raise Invalid("name", _("姓名超过60字。"), _("请只填写姓名。"))
    code, key_of_person = code or new_code(), time_ordered_uuid()
    tokens = protect_new(str(key_of_person), {"name": name, "phone": phone})
    reporter = Reporter(
        id=key_of_person,
        case=case,
        name=tokens["name"],
        phone=tokens["phone"],
        phone_index=phone_index(phone),
        code_hash=code_hash(case.number, code),
        text=text,
        wants_call=contact.wants_call and bool(phone),
        joined_at=clock.now(),
        key=key or None,
    )
    insert([reporter])
    return code


def phone_index(phone: str) -> str:
    """What finds the same number again without telling it: a keyed digest; "" for none."""
    digits = re.sub(r"\D", "", phone)
    if not digits:
        return ""
    return keyed_digest("case phones", settings.PERSON_MASTER_KEY, digits[-11:]).hex()[:32]


@transaction.atomic
def join_case(
    case_id: UUID | str,
    *,
    text: str,
    contact: Contact,
    actor: Actor,
    key: str = "",
    code: str = "",
) -> Reported:
    """Another person reports what a case already tells of: no new case, one more to be informed.

    What this person says is kept beside their name. The same `key` joins once, and again gives the
    case that it joined then; `code` as in `report_case`. Raises Invalid for a case that is not
    offered to be joined, NotPermitted as `report_case`, Conflict when the case is over meanwhile.
    """
    check_key(key)
    try:
        case = locked_case(case_id)
    except NotFound:
        raise _not_to_be_joined() from None
    _authorise(case_type_of(case.type_key), case.centre_unit_id, actor)
    _refuse_hidden(case, actor)
    earlier = Reporter.objects.select_related("case").filter(key=key).first() if key else None
    if earlier is not None:
        return Reported(earlier.case, "", repeated=True)
    if case.category == Case.Category.DONE:
        raise Conflict(_("这一单已经结束。请按新的一单提交。"))
    said = cut(text, LONGEST_TEXT)
    code = _add_reporter(case, contact, said, key, code)
    counted = [case.pk, *([case.merged_into_id] if case.merged_into_id else [])]
    Case.objects.filter(pk__in=counted).update(reporter_count=F("reporter_count") + 1)
    record(subject_of(case), "cases.case.joined", {"text_sha256": digest(said)}, actor=actor)
    publish(CHANGED, {"case": str(case.pk), "action": "join"}, subject_of(case))
    case.reporter_count += 1
    return Reported(case, code)


def _not_to_be_joined() -> Invalid:
    return Invalid("case", _("没有这一单。"), _("请按新的一单提交。"))


def _refuse_hidden(case: Case, actor: Actor) -> None:
    """Whoever joins a case is told how it goes on, so nobody joins one that must not be known of,
    but by somebody who sees it."""
    if actor.kind == "member" and case.complained_unit is not None:
        refuse_complained(case, actor, _("本单涉及您的单位，您不能办理。"))
    hidden = case.is_sensitive or case.is_confidential or case.complained_unit_id is not None
    if not hidden:
        return
    if actor.kind == "public":
        raise _not_to_be_joined()
    if actor.kind == "member":
        co_units = list(CoUnit.objects.filter(case=case))
        if not permitted_by(actor, view_action(type_of(case)), owned(case, co_units)):
            raise _not_to_be_joined()
