"""What people fill in about enterprises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Level, units
from district.systems.enterprises.rules.facts import FACTS, Fact
from district.systems.enterprises.selectors.catalogue import qualification_options
from district.systems.enterprises.selectors.sources import sources_offered

Choices = Sequence[tuple[str, Any]]
_CHOOSE = ("", _("不清楚"))


def _units(level: str) -> Choices:
    return [(unit.pk, unit.display_short) for unit in units(level=level)]


def _date(label: Any, *, required: bool = False, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        required=required,
        widget=widget,
        error_messages={"invalid": _("请写成 2025-09-30 这样的日期。")},
        **more,
    )


def _field(fact: Fact, places: Mapping[str, Choices]) -> forms.Field:
    label = f"{fact.label}（{fact.unit}）" if fact.unit else fact.label
    if fact.key in places or fact.choices:
        offered = places.get(fact.key) or fact.choices
        return forms.ChoiceField(label=label, required=False, choices=[_CHOOSE, *offered])
    if fact.type == "date":
        return _date(label)
    if fact.type == "boolean":
        yes_no = [_CHOOSE, ("true", _("是")), ("false", _("否"))]
        return forms.TypedChoiceField(
            label=label,
            required=False,
            choices=yes_no,
            coerce=lambda text: text == "true",
            empty_value=None,
        )
    if fact.type == "integer":
        return forms.IntegerField(label=label, required=False)
    if fact.type == "decimal":
        return forms.DecimalField(label=label, required=False, max_digits=16, decimal_places=6)
    hint = _("国民经济行业代码，例如 C3921") if fact.key == "industry" else ""
    return forms.CharField(label=label, required=False, max_length=fact.length, help_text=hint)


class FactsForm(forms.Form):
    """Every fact of an enterprise; with `new` its credit code too, and a name at least."""

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if new:
            self.fields["code"] = forms.CharField(label=_("统一社会信用代码"), max_length=18)
        places = {"street": _units(Level.STREET), "community": _units(Level.COMMUNITY)}
        for fact in FACTS:
            self.fields[fact.key] = _field(fact, places)
        self.fields["name"].required = new


class QualificationForm(forms.Form):
    """A qualification of an enterprise."""

    kind = forms.ChoiceField(label=_("资质类别"))
    number = forms.CharField(label=_("证书编号"), required=False, max_length=60)
    issuer = forms.CharField(
        label=_("认定部门"),
        required=False,
        max_length=80,
        help_text=_("空着表示该类资质的认定部门"),
    )
    issued_on = _date(_("认定日期"), required=True)
    expires_on = _date(_("有效期至"), help_text=_("空着表示按该类资质的有效年限推算"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = qualification_options()  # type: ignore[attr-defined]  # a ChoiceField


class ImportForm(forms.Form):
    """A file of one source, as of a day."""

    source = forms.ChoiceField(
        label=_("数据来源"), help_text=_("来源的可信次序决定各项数据取谁的说法。")
    )
    told_on = _date(_("数据截至"), required=True)
    file = forms.FileField(
        label=_("文件"),
        error_messages={"required": _("还没有选择文件。"), "empty": _("文件是空的。")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.parquet,.pq"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = sources_offered()  # type: ignore[attr-defined]  # a ChoiceField
