"""The form that a case type declares for an action, as people fill it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base import clock, sniffing
from district.kernel.cases.rules.attachments import FIELD as FILES
from district.kernel.cases.rules.definition import Move
from district.kernel.cases.rules.forms import FIELDS, MOST_DAYS, SATISFACTION
from district.kernel.cases.rules.resting import resting_until
from district.kernel.cases.rules.words import said
from district.kernel.cases.selectors.calling import called_list
from district.kernel.cases.selectors.detail import CaseDetail
from district.kernel.cases.selectors.units import units_kept
from district.kernel.cases.services.effects import leaders
from district.kernel.cases.types import matter_groups, suggested_matters
from district.kernel.conditions.public import Attribute
from district.kernel.organisation.public import Level, assignments_today

#: What the file chooser offers; a telephone offers its camera for the first.
ACCEPT = "image/*," + ",".join(
    f".{ending}" for ending in sniffing.TYPES if ending not in sniffing.PICTURES
)
_MISSING = gettext_lazy("请填写这一项。")


class MoveForm(forms.Form):
    """Fields as the action asks for them; what they mean is checked by the service."""

    def __init__(self, *args: Any, move: Move, detail: CaseDetail, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, required in move.form.items():
            self.fields[name] = _field(name, required, detail)
        stage = detail.case_type.stages.get(move.target or detail.case.stage)
        if "until" in self.fields and stage is not None:
            _keep_within(self.fields["until"], *resting_until(stage, clock.today()))


def _keep_within(field: forms.Field, first: date, last: date | None) -> None:
    """What the calendar offers, and in words how far it goes."""
    field.widget.attrs["min"] = first.isoformat()
    if last is not None:
        field.widget.attrs["max"] = last.isoformat()
        field.help_text = _("最晚 %(day)s，到期后可再次申请。") % {"day": last.isoformat()}


def _field(name: str, required: bool, detail: CaseDetail) -> forms.Field:
    known = FIELDS.get(name)
    common: dict[str, Any] = {"required": required, "error_messages": {"required": _MISSING}}
    if known is None:
        attribute = detail.case_type.schema.get(name)
        return forms.CharField(**common) if attribute is None else _own(attribute, common)
    common["label"] = known.label
    return _MAKERS.get(known.kind, _line)(detail, common)


def _line(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=40, **common)


def _text(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=5000, **common)


def _unit(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(
        choices=[("", _("请选择")), *_unit_choices()],
        initial=detail.case.suggested_unit_id or "",
        **common,
    )


def _units(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_unit_choices(),
        initial=[co.unit_id for co in detail.co_units],
        help_text=_("可多选：按住 Ctrl 或 ⌘ 点选。"),
        **common,
    )


def _unit_choices() -> list[Any]:
    """Units in groups of their level; two communities share a name, so the street is told."""
    names = dict(Level.choices)
    grouped: dict[str, list[tuple[str, str]]] = {}
    for unit in units_kept().values():
        if unit.level == Level.GRID or not unit.is_active:
            continue
        label = unit.display_short
        if unit.level == Level.COMMUNITY and unit.parent is not None:
            label = f"{unit.parent.display_short} · {label}"
        grouped.setdefault(str(names[Level(unit.level)]), []).append((unit.pk, label))
    return list(grouped.items())


def _member(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    posts = assignments_today().filter(unit_id=detail.case.lead_unit_id).select_related("member")
    members = {str(post.member_id): post.member.display_name for post in posts}
    return forms.ChoiceField(choices=[("", _("我来办理")), *members.items()], initial="", **common)


def _leader(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(
        choices=[
            ("", _("请选择")),
            *((str(each.pk), f"{each.display_name} · {each.title}") for each in leaders()),
        ],
        initial=str(detail.case.leader_id or ""),
        **common,
    )


def _matter(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    """The catalogue in groups; what the text suggests stands first, for people to take or leave."""
    key, case = detail.case.type_key, detail.case
    groups: list[Any] = []
    suggested = suggested_matters(key, case.text)
    if suggested:
        rows = [
            (each.matter.code, f"{said(each.matter.label)} ({each.confidence:.0%})")
            for each in suggested
        ]
        groups.append((_("按内容推荐"), rows))
    for group in matter_groups(key):
        rows = [(matter.code, said(matter.label)) for matter in group.matters]
        groups.append((said(group.label), rows))
    if not groups:
        return forms.CharField(max_length=40, initial=case.matter, **common)
    return forms.ChoiceField(
        choices=[("", _("请选择")), *groups], initial=case.matter or "", **common
    )


def _grade(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    grades = detail.case_type.grades.values()
    return forms.ChoiceField(
        choices=[(grade.key, said(grade.label)) for grade in grades],
        initial=detail.case.grade,
        **common,
    )


def _days(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    common["error_messages"]["invalid"] = _("请填写天数，例如 5。")
    return forms.IntegerField(
        min_value=1, max_value=MOST_DAYS, initial=detail.case.asked_days, **common
    )


def _date(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)


def _reporter(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    """Whom somebody called: by place in the list of contacts, without a name."""
    choices = [(str(each.id), each.label) for each in called_list(detail.case)]
    return forms.ChoiceField(choices=[("", _("未指明")), *choices], **common)


def _satisfaction(detail: CaseDetail, common: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=[("", _("请选择")), *SATISFACTION], **common)


_MAKERS: dict[str, Callable[[CaseDetail, dict[str, Any]], forms.Field]] = {
    "text": _text,
    "unit": _unit,
    "units": _units,
    "member": _member,
    "leader": _leader,
    "matter": _matter,
    "grade": _grade,
    "days": _days,
    "date": _date,
    "reporter": _reporter,
    "satisfaction": _satisfaction,
}


def _own(attribute: Attribute, common: dict[str, Any]) -> forms.Field:
    """A field for one of the type's own facts."""
    common["label"] = attribute.label
    if attribute.type == "choice":
        return forms.ChoiceField(choices=[("", _("请选择")), *(attribute.choices or ())], **common)
    if attribute.type == "boolean":
        return forms.BooleanField(label=attribute.label, required=False)
    if attribute.type == "integer":
        return forms.IntegerField(**common)
    if attribute.type == "decimal":
        return forms.DecimalField(**common)
    if attribute.type == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    return forms.CharField(max_length=500, **common)


def files_sent(request: HttpRequest, field: str = FILES) -> Iterator[tuple[str, bytes]]:
    """The files of a request, read one after the other and of one too large no more than shows
    that it is."""
    for upload in request.FILES.getlist(field):
        yield upload.name or "", upload.read(sniffing.LARGEST + 1)
