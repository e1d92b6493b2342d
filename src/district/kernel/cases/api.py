"""Cases over the API: one case, its actions, a report; with the session's rights, as the pages.

Lists are the registers': `/api/registers/cases-<type>`, filtered and paged as on the page.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from district.kernel.base.errors import Invalid
from district.kernel.cases.addresses import case_url
from district.kernel.cases.rules.definition import CaseType, Move
from district.kernel.cases.rules.facts import SOURCES
from district.kernel.cases.rules.forms import writable
from district.kernel.cases.rules.words import said
from district.kernel.cases.selectors import CaseDetail, case_detail
from district.kernel.cases.selectors.timeline import timeline_of
from district.kernel.cases.services import Contact, Report, perform, report_case
from district.kernel.cases.tables import register_key
from district.kernel.cases.types import case_types, create_action, type_of, view_action
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, visible_by
from district.kernel.registers.public import ERRORS

router = Router(tags=["cases"])

#: Where a member's report may say that it comes from; the rest is said by the product itself.
_OWN_SOURCES = ("api", "counter", "patrol", "phone")
Plain = str | int | float | bool | list[str] | None


class ActionOut(Schema):
    """An action that may be done now: `form` says of each field whether it is required."""

    key: str
    label: str
    form: dict[str, bool]


class TypeOut(Schema):
    """A case type that the member may see: its list is the register's."""

    key: str
    label: str
    register_key: str
    can_report: bool
    stages: dict[str, str]
    actions: list[ActionOut]


class StepOut(Schema):
    """What was done: by whom, when, with which words; `facts` are label and value."""

    label: str
    who: str
    at: datetime
    text: str
    facts: list[tuple[str, str]]


class ClockOut(Schema):
    """A clock of the case; `light` is red, yellow, green or none."""

    label: str
    due_at: datetime | None
    state: str
    light: str


class CaseOut(Schema):
    """A case as its page shows it. Who reported it is not told here, and telephone and identity
    numbers in texts only to whoever may read the contacts."""

    id: UUID
    number: str
    url: str
    type: str
    version: int
    title: str
    text: str
    stage: str
    stage_label: str
    category: str
    grade: str
    matter: str
    place: str
    lon: str | None
    lat: str | None
    street: str | None
    community: str | None
    centre_unit: str
    lead_unit: str
    holder_unit: str
    co_units: list[str]
    reporters: int
    result: str
    facts: dict[str, Any]
    reported_at: datetime
    closed_at: datetime | None
    clocks: list[ClockOut]
    actions: list[ActionOut]
    steps: list[StepOut]


class ActedOut(Schema):
    """Where a case stands after an action."""

    id: UUID
    number: str
    version: int
    stage: str
    stage_label: str
    category: str


class ActIn(Schema):
    """An action with its form; the same `key` does nothing a second time."""

    action: str = Field(max_length=40)
    data: dict[str, Plain] = {}
    key: str = Field("", max_length=80)


class ReportIn(Schema):
    """A report. `lon` and `lat` are WGS-84 degrees; the same `key` opens one case.

    `name` and `phone` are the reporter's, kept encrypted; without both the report is anonymous.
    """

    type: str = Field(max_length=40)
    text: str = Field(max_length=5000)
    title: str = Field("", max_length=120)
    matter: str = Field("", max_length=40)
    place: str = Field("", max_length=200)
    lon: str | float | None = None
    lat: str | float | None = None
    source: str = Field("api", max_length=20)
    is_confidential: bool = False
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    facts: dict[str, Plain] = {}
    key: str = Field("", max_length=80)


class ReportedOut(Schema):
    """The case; the reporter's code, told once; whether the same report had come before."""

    id: UUID
    number: str
    url: str
    code: str
    repeated: bool


def _writable(value: Any) -> Any:
    """A text without what a database cannot keep: the zero byte and halves of letters."""
    if isinstance(value, list):
        return [_writable(one) for one in value]
    if isinstance(value, str):
        return writable(value)
    return value


def _writable_all(values: dict[str, Any]) -> dict[str, Any]:
    return {_writable(name): _writable(value) for name, value in values.items()}


@router.get("/types", response={200: list[TypeOut], **ERRORS})
def list_types(request: HttpRequest) -> list[dict[str, Any]]:
    """The case types that the member may see, with their stages and actions."""
    actor = actor_of(request)
    return [
        _type_out(each, actor)
        for each in case_types()
        if not visible_by(actor, view_action(each)).nothing
    ]


def _type_out(case_type: CaseType, actor: Actor) -> dict[str, Any]:
    return {
        "key": case_type.key,
        "label": said(case_type.label),
        "register_key": register_key(case_type.key),
        "can_report": not visible_by(actor, create_action(case_type)).nothing,
        "stages": {stage.key: said(stage.label) for stage in case_type.stages.values()},
        "actions": [_action_out(move) for move in case_type.moves.values()],
    }


def _action_out(move: Move) -> dict[str, Any]:
    return {"key": move.key, "label": said(move.label), "form": dict(move.form)}


@router.get("/{uuid:case_id}", response={200: CaseOut, **ERRORS})
def one_case(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """A case as its page shows it; 404 also where the member may not see it."""
    return _case_out(case_detail(case_id, actor_of(request)))


@router.post("/{uuid:case_id}/actions", response={200: ActedOut, **ERRORS})
def act(request: HttpRequest, case_id: UUID, given: ActIn) -> dict[str, Any]:
    """Do one of the case's actions; 409 says who brought it elsewhere meanwhile.

    The answer says where the case now stands, for it may be out of the member's sight.
    """
    case = perform(
        case_id,
        _writable(given.action),
        actor=actor_of(request),
        data=_writable_all(given.data),
        key=_writable(given.key),
    )
    return {
        "id": case.pk,
        "number": case.number,
        "version": case.version,
        "stage": case.stage,
        "stage_label": said(type_of(case).stages[case.stage].label),
        "category": case.category,
    }


@router.post("/", response={201: ReportedOut, **ERRORS})
def report(request: HttpRequest, given: ReportIn) -> Any:
    """Open a case for somebody who reports; 201 also where the same report had come before."""
    if given.source not in _OWN_SOURCES:
        sources = dict(SOURCES)
        offered = _("、").join(str(sources[key]) + f" {key}" for key in _OWN_SOURCES)
        raise Invalid("source", _("来源不对。"), _("可以填：%(values)s") % {"values": offered})
    sent = _writable_all(given.dict())
    name, phone = sent["name"], sent["phone"]
    made = report_case(
        Report(
            type_key=sent["type"],
            text=sent["text"],
            title=sent["title"],
            matter=sent["matter"],
            place=sent["place"],
            lon=sent["lon"],
            lat=sent["lat"],
            source=sent["source"],
            is_anonymous=not (name.strip() or phone.strip()),
            is_confidential=sent["is_confidential"],
            facts=_writable_all(given.facts),
        ),
        actor=actor_of(request),
        contact=Contact(name, phone),
        key=sent["key"],
    )
    return Status(
        201,
        {
            "id": made.case.pk,
            "number": made.case.number,
            "url": case_url(made.case.pk),
            "code": made.code,
            "repeated": made.repeated,
        },
    )


def _case_out(detail: CaseDetail) -> dict[str, Any]:
    case = detail.case
    return {
        "id": case.pk,
        "number": case.number,
        "url": case_url(case.pk),
        "type": case.type_key,
        "version": case.version,
        "title": detail.title,
        "text": detail.text,
        "stage": case.stage,
        "stage_label": detail.stage,
        "category": case.category,
        "grade": case.grade,
        "matter": case.matter,
        "place": detail.place,
        "lon": None if case.lon is None else str(case.lon),
        "lat": None if case.lat is None else str(case.lat),
        "street": case.street_unit_id,
        "community": case.community_unit_id,
        "centre_unit": case.centre_unit_id,
        "lead_unit": case.lead_unit_id,
        "holder_unit": case.holder_unit_id,
        "co_units": [co.unit_id for co in detail.co_units],
        "reporters": case.reporter_count,
        "result": detail.result,
        "facts": detail.facts,
        "reported_at": case.reported_at,
        "closed_at": case.closed_at,
        "clocks": [
            {
                "label": clock.label,
                "due_at": clock.row.due_at,
                "state": clock.row.state,
                "light": clock.row.light,
            }
            for clock in detail.clocks
        ],
        "actions": [_action_out(move) for move in detail.moves],
        "steps": [
            {
                "label": step.label,
                "who": step.who,
                "at": step.at,
                "text": step.text,
                "facts": [(str(label), str(value)) for label, value in step.facts],
            }
            for step in timeline_of(detail)
        ],
    }
