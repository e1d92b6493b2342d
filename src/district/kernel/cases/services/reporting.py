"""Opening a case, and joining one that stands: the two ends of a report."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.cases.models import Case, Reporter
from district.kernel.cases.names import CHANGED
from district.kernel.cases.rules.definition import CaseType
from district.kernel.cases.rules.forms import LONGEST_TEXT, fact_value, plain
from district.kernel.cases.rules.nearness import cell_of
from district.kernel.cases.rules.numbers import code_hash, new_code, new_number
from district.kernel.cases.services.clocks import begin_clocks
from district.kernel.cases.services.doing import CASES, subject_of
from district.kernel.cases.services.performing import perform
from district.kernel.cases.services.publishing import ensure_published
from district.kernel.cases.services.routing import Route, grade_of, route_of
from district.kernel.cases.types import case_type_of, create_action, matter_of
from district.kernel.history.public import (
    Actor,
    Entry,
    protect_new,
    publish,
    record,
    record_many,
)
from district.kernel.organisation.public import Owned, Unit, authorise_by, root_code
from district.kernel.places.public import area_codes_at

_PHONE = re.compile(r"\+?\d[\d\- ]{5,19}")
#: What the earth has, and a little sense: a point outside is a slip of the hand.
_LON, _LAT = Decimal(180), Decimal(90)


@dataclass(frozen=True)
class Contact:
    """Who reports: a name and a telephone number, both as the person wishes; personal data."""

    name: str = ""
    phone: str = ""
    wants_call: bool = True


@dataclass(frozen=True)
class Report:
    """What is reported. `lon` and `lat` are WGS-84 degrees; times are aware.

    `source_name` and `source_number` are the sending platform's; the same pair opens one case.
    `street` and `community` are unit codes, taken from the point where they are not given.
    """

    type_key: str
    text: str
    source: str = "web"
    title: str = ""
    matter: str = ""
    lon: Decimal | float | str | None = None
    lat: Decimal | float | str | None = None
    place: str = ""
    street: str = ""
    community: str = ""
    is_anonymous: bool = False
    is_confidential: bool = False
    source_name: str = ""
    source_number: str = ""
    source_due_at: datetime | None = None
    reported_at: datetime | None = None
    complained_unit: str = ""
    centre: str = ""
    parent: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reported:
    """What became of a report: the case, the reporter's code (told once), and whether the same
    report had come in before (then there is no code)."""

    case: Case
    code: str
    repeated: bool = False
    route: Route | None = None


@transaction.atomic
def report_case(
    report: Report, *, actor: Actor, contact: Contact | None = None, key: str = ""
) -> Reported:
    """Open a case: graded, routed, its first clock running.

    The same `key`, or the same number of a sending platform, opens no second case. Raises Invalid
    naming the field, NotPermitted where the actor may not open such a case.
    """
    case_type = case_type_of(report.type_key)
    _authorise(case_type, report, actor)
    earlier = _reported_before(report, key)
    if earlier is not None:
        return Reported(earlier, "", repeated=True)
    case = _new_case(case_type, report, key)
    route = route_of(case_type, case)
    case.suggested_unit_id = route.unit if route else None
    begin_clocks(case, case_type)
    ensure_published(case_type)
    case.reporter_count = 0 if contact is None else 1
    try:
        case.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("同样的内容正在提交。请稍候再看。")) from error
    code = _add_reporter(case, contact, "", "") if contact is not None else ""
    _tell_history(case, route, actor)
    if route is not None and route.directly:
        data = {"lead_unit": route.unit, "text": route.reason}
        case = perform(case.pk, "dispatch", actor=CASES, data=data)
    return Reported(case, code, route=route)


def _authorise(case_type: CaseType, report: Report, actor: Actor) -> None:
    """The public where the type is open to it; members by their right; the product's own parts."""
    if actor.kind == "public":
        if not case_type.open_to_public:
            raise NotPermitted(_("这类事件不能由公众提交。"))
        return
    centre = report.centre or root_code()
    authorise_by(actor, create_action(case_type), Owned(centre, centre=centre))


def _reported_before(report: Report, key: str) -> Case | None:
    if key:
        found = Case.objects.filter(key=key).first()
        if found is not None:
            return found
    if report.source_number:
        return Case.objects.filter(
            source_name=report.source_name, source_number=report.source_number
        ).first()
    return None


def _new_case(case_type: CaseType, report: Report, key: str) -> Case:
    now = clock.now()
    text = _text(report.text)
    lon, lat = _point(report)
    street, community = _units_at(report, lon, lat)
    matter = matter_of(case_type.key, report.matter)
    if report.matter and matter is None:
        raise Invalid("matter", _("事项清单中没有这个事项。"), _("请从清单中选择。"))
    stage = case_type.stages[case_type.start]
    centre = report.centre or root_code()
    case = Case(
        number=new_number(case_type.number, timezone.localtime(now).date()),
        type_key=case_type.key,
        type_version=case_type.version,
        title=(report.title.strip() or _title_of(text))[:120],
        text=text,
        stage=stage.key,
        category=stage.category,
        matter=report.matter,
        catalogue=matter.catalogue if matter else "",
        source=report.source,
        source_name=report.source_name,
        source_number=report.source_number,
        source_due_at=report.source_due_at,
        is_sensitive=bool(matter and matter.sensitive),
        is_anonymous=report.is_anonymous,
        is_confidential=report.is_confidential or case_type.confidential,
        lon=lon,
        lat=lat,
        cell=cell_of(lon, lat),
        place=report.place.strip()[:200],
        street_unit_id=street or None,
        community_unit_id=community or None,
        centre_unit_id=centre,
        lead_unit_id=centre,
        holder_unit_id=centre,
        complained_unit=_complained(report.complained_unit),
        parent_id=report.parent,
        facts=_facts(case_type, report.facts),
        reported_at=report.reported_at or now,
        key=key or None,
    )
    case.grade = grade_of(case_type, case)
    return case


def _text(given: str) -> str:
    text = given.strip()
    if len(text) < 2:
        raise Invalid("text", _("还没有写明情况。"), _("请写明在哪里、发生了什么。"))
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            "text",
            _("内容超过%(most)s字。") % {"most": LONGEST_TEXT},
            _("请精简，较长的材料请作为附件上传。"),
        )
    return text


def _title_of(text: str) -> str:
    """The first sentence, at most forty letters."""
    first = re.split("[。！？!?\n]", text, maxsplit=1)[0].strip() or text
    return first if len(first) <= 40 else first[:39] + "…"


def _point(report: Report) -> tuple[Decimal | None, Decimal | None]:
    if report.lon in (None, "") and report.lat in (None, ""):
        return None, None
    try:
        lon, lat = Decimal(str(report.lon)), Decimal(str(report.lat))
    except InvalidOperation:
        lon = lat = Decimal("NaN")
    if not (lon.is_finite() and lat.is_finite() and abs(lon) <= _LON and abs(lat) <= _LAT):
        raise Invalid("lon", _("位置坐标不对。"), _("请在地图上重新选点，或只填写地点。"))
    return round(lon, 6), round(lat, 6)


def _units_at(report: Report, lon: Decimal | None, lat: Decimal | None) -> tuple[str, str]:
    """Street and community: as given, else of the ground that the point lies on."""
    street, community = report.street, report.community
    if lon is not None and lat is not None and not (street and community):
        point = [(float(lon), float(lat))]
        community = community or area_codes_at(point, "community", recent=True)[0] or ""
        street = street or area_codes_at(point, "street", recent=True)[0] or ""
    return street, community


def _complained(code: str) -> Unit | None:
    if not code:
        return None
    unit = Unit.objects.filter(pk=code).first()
    if unit is None:
        raise Invalid("complained_unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    return unit


def _facts(case_type: CaseType, given: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in given.items():
        attribute = case_type.schema.get(name)
        if attribute is None:
            raise Invalid(name, _("没有名为“%(name)s”的内容。") % {"name": name})
        if value not in (None, ""):
            facts[name] = plain(fact_value(attribute, value))
    return facts


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
        "because": route.reason if route else "",
        "due_at": case.clock.due_at if case.clock else None,
        # The text itself may name people, so history keeps what proves it, not what it says.
        "text_sha256": hashlib.sha256(case.text.encode()).hexdigest(),
    }
    record_many([Entry(subject_of(case), "cases.case.reported", data)], actor=actor, fresh=True)
    publish(CHANGED, {"case": str(case.pk), "action": "report"}, subject_of(case))


def _add_reporter(case: Case, contact: Contact, text: str, key: str) -> str:
    """A reporter of the case; returns the code with which they ask how it stands."""
    phone = contact.phone.strip()
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    if len(contact.name.strip()) > 60:
        raise Invalid("name", _("姓名超过60字。"), _("请只填写姓名。"))
    code, key_of_person = new_code(), time_ordered_uuid()
    tokens = protect_new(str(key_of_person), {"name": contact.name.strip(), "phone": phone})
    Reporter.objects.bulk_create(
        [
            Reporter(
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
        ]
    )
    return code


def phone_index(phone: str) -> str:
    """What finds the same number again without telling it: a keyed digest; "" for none."""
    digits = re.sub(r"\D", "", phone)
    if not digits:
        return ""
    secret = f"case phones {settings.PERSON_MASTER_KEY}".encode()
    return hmac.new(secret, digits[-11:].encode(), hashlib.sha256).hexdigest()[:32]


@transaction.atomic
def join_case(
    case_id: UUID | str, *, text: str, contact: Contact, actor: Actor, key: str = ""
) -> Reported:
    """Another person reports what a case already tells of: no new case, one more to be informed.

    What this person says is kept beside their name. The same `key` joins once. Conflict when the
    case is over meanwhile.
    """
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None or not case_type_of(case.type_key).open_to_public:
        raise Invalid("case", _("没有这一单。"), _("请按新的一单提交。"))
    if key and Reporter.objects.filter(key=key).exists():
        return Reported(case, "", repeated=True)
    if case.category == Case.Category.DONE:
        raise Conflict(_("这一单已经结束。请按新的一单提交。"))
    code = _add_reporter(case, contact, text.strip()[:LONGEST_TEXT], key)
    Case.objects.filter(pk=case.pk).update(reporter_count=F("reporter_count") + 1)
    if case.merged_into_id is not None:
        Case.objects.filter(pk=case.merged_into_id).update(reporter_count=F("reporter_count") + 1)
    record(
        subject_of(case),
        "cases.case.joined",
        {"text_sha256": hashlib.sha256(text.strip().encode()).hexdigest()},
        actor=actor,
    )
    publish(CHANGED, {"case": str(case.pk), "action": "join"}, subject_of(case))
    case.refresh_from_db()
    return Reported(case, code)
