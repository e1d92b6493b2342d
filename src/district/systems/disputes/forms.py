"""Forms of disputes: what they mean is checked by the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.cases.public import case_type_of
from district.kernel.organisation.public import Level, units
from district.systems.disputes.models import CaseParty, Centre, Party
from district.systems.disputes.names import PETITION
from district.systems.disputes.rules.facts import ASKED
from district.systems.disputes.services.parties import PartyGiven

_MISSING = gettext_lazy("请填写这一项。")
#: Facts that are written at length.
_LONG = ("claims", "evidence")


def _choose(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", _("请选择")), *rows]


def fact_field(type_key: str, name: str, required: bool) -> forms.Field:
    """The field of one fact of a type."""
    attribute = case_type_of(type_key).schema.get(name)
    if attribute is None:  # a test holds the lists of facts against the declarations
        raise KeyError(name)
    common: dict[str, Any] = {
        "label": attribute.label,
        "required": required,
        "error_messages": {"required": _MISSING},
    }
    if name == "centre":
        return forms.ChoiceField(choices=_choose(centres()), **common)
    if attribute.type == "choice":
        return forms.ChoiceField(choices=_choose(attribute.choices or ()), **common)
    if attribute.type == "boolean":
        answers = [("true", _("是")), ("false", _("否"))]
        return forms.ChoiceField(choices=_choose(answers), **common)
    if attribute.type == "integer":
        return forms.IntegerField(min_value=0, max_value=100_000, **common)
    if attribute.type == "decimal":
        return forms.DecimalField(min_value=0, max_digits=14, decimal_places=2, **common)
    if attribute.type == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if name in _LONG:
        rows = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(widget=rows, max_length=2000, **common)
    return forms.CharField(max_length=500, **common)


def centres() -> list[tuple[str, str]]:
    """The one-stop centres to choose from. One query."""
    return [(row.code, row.name) for row in Centre.objects.all()]


class FactsForm(forms.Form):
    """The facts that are still to be asked."""

    def __init__(self, *args: Any, type_key: str, asked: Mapping[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, required in asked.items():
            self.fields[name] = fact_field(type_key, name, required)


class PartyForm(forms.Form):
    """One party."""

    role = forms.ChoiceField(label=gettext_lazy("身份"), choices=CaseParty.Role.choices)
    kind = forms.ChoiceField(label=gettext_lazy("主体"), choices=Party.Kind.choices)
    name = forms.CharField(label=gettext_lazy("姓名或名称"), required=False, max_length=60)
    is_unnamed = forms.BooleanField(label=gettext_lazy("不具名"), required=False)
    phone = forms.CharField(label=gettext_lazy("联系电话"), required=False, max_length=20)
    address = forms.CharField(label=gettext_lazy("地址"), required=False, max_length=200)

    def party(self) -> PartyGiven:
        """What was filled in."""
        return PartyGiven(**self.cleaned_data)


class ApplicationForm(forms.Form):
    """A dispute as it is written down at a counter: two parties, what happened, what is wanted."""

    text = forms.CharField(
        label=gettext_lazy("基本情况"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        error_messages={"required": _MISSING},
        help_text=gettext_lazy(
            "写明时间、地点和经过。当事人请写“申请人”“被申请人”，电话和证件号不写在这里。"
        ),
    )

    def __init__(self, *args: Any, type_key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type_key = type_key
        for name, required in ASKED[type_key].items():
            self.fields[name] = fact_field(type_key, name, required)
        found = list(units().filter(level__in=(Level.STREET, Level.DEPARTMENT)))
        streets = [(unit.pk, unit.display_short) for unit in found if unit.level == Level.STREET]
        self.fields["street"] = forms.ChoiceField(
            label=_("所在街道"), choices=_choose(streets), required=False
        )
        self.fields["place"] = forms.CharField(label=_("地点"), required=False, max_length=200)
        if type_key == PETITION:
            rows = [(unit.pk, unit.display_short) for unit in found]
            self.fields["complained_unit"] = forms.ChoiceField(
                label=_("反映的单位"),
                choices=_choose(rows),
                required=False,
                help_text=_("该单位的人员看不到、也不能办理这一单。"),
            )
        for role in ("applicant", "respondent"):
            self._add_party(role)

    def _add_party(self, role: str) -> None:
        word = str(dict(CaseParty.Role.choices)[role])
        fields = {
            "kind": forms.ChoiceField(
                label=_("%(part)s是") % {"part": word}, choices=Party.Kind.choices
            ),
            "name": forms.CharField(
                label=_("%(part)s姓名或名称") % {"part": word}, required=False, max_length=60
            ),
            "is_unnamed": forms.BooleanField(
                label=_("%(part)s不具名") % {"part": word}, required=False
            ),
            "phone": forms.CharField(
                label=_("%(part)s电话") % {"part": word}, required=False, max_length=20
            ),
            "address": forms.CharField(
                label=_("%(part)s地址") % {"part": word}, required=False, max_length=200
            ),
        }
        for name, field in fields.items():
            self.fields[f"{role}_{name}"] = field

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings."""

        def of(names: Iterable[str]) -> list[forms.BoundField]:
            return [self[name] for name in names if name in self.fields]

        asked = [name for name in ASKED[self.type_key] if name != "claims"]
        return [
            (_("申请人"), of(n for n in self.fields if n.startswith("applicant_"))),
            (_("被申请人"), of(n for n in self.fields if n.startswith("respondent_"))),
            (_("事由和请求"), of(("text", "claims", *asked))),
            (_("地点"), of(("street", "place", "complained_unit"))),
        ]

    def parties(self) -> list[PartyGiven]:
        """The parties that were filled in; a respondent may be unknown."""
        found = []
        for role in ("applicant", "respondent"):
            given = {
                name: self.cleaned_data[f"{role}_{name}"]
                for name in ("kind", "name", "is_unnamed", "phone", "address")
            }
            if role == "applicant" or given["name"] or given["is_unnamed"]:
                found.append(PartyGiven(role, **given))
        return found

    def facts(self) -> dict[str, Any]:
        """The facts that were filled in."""
        return {
            name: self.cleaned_data[name]
            for name in ASKED[self.type_key]
            if self.cleaned_data.get(name) not in (None, "")
        }
