"""The fields that an action's form may ask for, and what of them can be taken. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base.errors import Invalid
from district.kernel.cases.rules.definition import Move
from district.kernel.conditions.public import Attribute, Schema

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_TEXT = 5000
LONGEST_KEY = 80
MOST_DAYS = 365
SATISFACTION: tuple[tuple[str, StrOrPromise], ...] = (
    ("satisfied", gettext_lazy("满意")),
    ("fair", gettext_lazy("基本满意")),
    ("unhappy", gettext_lazy("不满意")),
    ("no_answer", gettext_lazy("未接通")),
    ("no_word", gettext_lazy("未表态")),
)


@dataclass(frozen=True, slots=True)
class FormField:
    """A field that every case type may ask for: its label, its kind, how it is read."""

    key: str
    label: StrOrPromise
    kind: str
    read: Callable[[str, Any], Any]


def _text(field: str, given: Any) -> str:
    text = writable(str(given)).strip()
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            field,
            _("内容超过%(most)s字。") % {"most": LONGEST_TEXT},
            _("请精简，较长的材料请作为附件上传。"),
        )
    return text


def writable(text: str) -> str:
    """The text without what a database cannot keep: the zero byte and halves of letters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def check_key(key: str) -> None:
    """Invalid for a caller's key that no column holds."""
    if len(key) > LONGEST_KEY or key != writable(key):
        raise Invalid("key", _("请求编号不对。"), _("最多%(most)s个字符。") % {"most": LONGEST_KEY})


def cut(text: str, most: int) -> str:
    """At most so many letters of what somebody wrote."""
    return writable(text).strip()[:most]


def _member(field: str, given: Any) -> str:
    return _uuid(field, given, _("没有这位成员。"))


def _reporter(field: str, given: Any) -> str:
    return _uuid(field, given, _("没有这位反映人。"))


def _uuid(field: str, given: Any, problem: str) -> str:
    try:
        return str(UUID(str(given).strip()))
    except ValueError as error:
        raise Invalid(field, problem, _("请从列表中选择。")) from error


def _code(field: str, given: Any) -> str:
    text = writable(str(given)).strip()
    if len(text) > 40:
        raise Invalid(field, _("编码过长。"), _("请从列表中选择。"))
    return text


def _codes(field: str, given: Any) -> tuple[str, ...]:
    items = given.split(",") if isinstance(given, str) else given
    if not isinstance(items, list | tuple | set | frozenset):
        raise Invalid(field, _("单位列表不对。"), _("请从列表中选择。"))
    return tuple(dict.fromkeys(_code(field, item) for item in items if str(item).strip()))


def _days(field: str, given: Any) -> int:
    try:
        days = int(str(given).strip())
    except ValueError:
        days = 0
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(field, _("天数不对。"), _("请填写1到%(most)s的整数。") % {"most": MOST_DAYS})
    return days


def _date(field: str, given: Any) -> date:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given).strip())
    except ValueError as error:
        raise Invalid(field, _("日期不对。"), _("请按 2025-09-30 的格式填写。")) from error


def _moment(field: str, given: Any) -> datetime:
    try:
        moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError as error:
        raise Invalid(
            field, _("时间不对。"), _("请按 2025-09-30T18:00:00+08:00 的格式填写。")
        ) from error
    if moment.tzinfo is None:
        raise Invalid(field, _("时间没有带时区。"), _("请在末尾写明时区，例如 +08:00。"))
    return moment


def _satisfaction(field: str, given: Any) -> str:
    if str(given) not in dict(SATISFACTION):
        raise Invalid(field, _("回访结果不对。"), _("请从列表中选择。"))
    return str(given)


FIELDS: Mapping[str, FormField] = {
    field.key: field
    for field in (
        FormField("text", gettext_lazy("说明"), "text", _text),
        FormField("result", gettext_lazy("办理结果"), "text", _text),
        FormField("lead_unit", gettext_lazy("承办单位"), "unit", _code),
        FormField("co_units", gettext_lazy("配合单位"), "units", _codes),
        FormField("leader", gettext_lazy("包案领导"), "leader", _code),
        FormField("handler", gettext_lazy("经办人"), "member", _member),
        FormField("matter", gettext_lazy("事项"), "matter", _code),
        FormField("grade", gettext_lazy("等级"), "grade", _code),
        FormField("days", gettext_lazy("天数"), "days", _days),
        FormField("until", gettext_lazy("截止日期"), "date", _date),
        FormField("source_due_at", gettext_lazy("来源时限"), "moment", _moment),
        FormField("into", gettext_lazy("并入的单号"), "case", _code),
        FormField("reporter", gettext_lazy("回访的反映人"), "reporter", _reporter),
        FormField("satisfaction", gettext_lazy("回访结果"), "satisfaction", _satisfaction),
    )
}


def checked_form(
    move: Move,
    schema: Schema,
    data: Mapping[str, Any],
    least: Mapping[str, Decimal] | None = None,
) -> dict[str, Any]:
    """The action's fields as values; fields that it does not ask for are left out.

    `least` are the least values of numbers. Raises Invalid naming the field that is missing or
    wrong.
    """
    form: dict[str, Any] = {}
    for key, required in move.form.items():
        given = data.get(key)
        if given is None or given == "" or given == [] or given == ():
            if required:
                raise Invalid(key, _("还没有填写“%(field)s”。") % {"field": _label(key, schema)})
            continue
        field = FIELDS.get(key)
        form[key] = field.read(key, given) if field else fact_value(_attribute(schema, key), given)
        if not field:
            refuse_too_small(_attribute(schema, key), form[key], least or {})
        if form[key] in ("", ()) and required:
            raise Invalid(key, _("还没有填写“%(field)s”。") % {"field": _label(key, schema)})
    return form


def _attribute(schema: Schema, key: str) -> Attribute:
    found = schema.get(key)
    if found is None:  # lint refuses a type whose form asks for it
        raise KeyError(key)
    return found


def _label(key: str, schema: Schema) -> StrOrPromise:
    return FIELDS[key].label if key in FIELDS else _attribute(schema, key).label


def fact_value(attribute: Attribute, given: Any) -> Any:
    """A value for one of a case type's own facts; Invalid naming it otherwise."""
    wrong = Invalid(
        attribute.key,
        _("“%(field)s”的内容不对。") % {"field": attribute.label},
        _("请按提示填写。"),
    )
    try:
        if attribute.type == "integer":
            return int(str(given))
        if attribute.type == "decimal":
            number = Decimal(str(given))
            if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
                raise wrong
            return number
        if attribute.type == "date":
            return given if isinstance(given, date) else date.fromisoformat(str(given))
    except (ValueError, InvalidOperation) as error:
        raise wrong from error
    if attribute.type == "boolean":
        return (
            given if isinstance(given, bool) else str(given).lower() in ("true", "1", "on", "yes")
        )
    if attribute.type == "choice" and str(given) not in attribute.choice_values:
        raise wrong
    return _text(attribute.key, given)


def refuse_too_small(attribute: Attribute, value: Any, least: Mapping[str, Decimal]) -> None:
    """Invalid for a number below the least that its fact may have."""
    if attribute.key in least and value < least[attribute.key]:
        raise Invalid(
            attribute.key,
            _("“%(field)s”不能小于%(least)s。")
            % {"field": attribute.label, "least": least[attribute.key]},
            _("请改正后再提交。"),
        )


def plain(value: Any) -> Any:
    """A form's value as JSON keeps it."""
    if isinstance(value, Decimal | date):
        return str(value)
    return list(value) if isinstance(value, tuple | frozenset | set) else value


def written_facts(schema: Schema, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a case's own facts that are free text and may hold personal data."""
    return {
        key: value
        for key, value in facts.items()
        if (attribute := schema.get(key)) is not None and attribute.type == "text" and value
    }


def digest(words: str) -> str:
    """What history keeps of what somebody wrote: it proves the words and does not tell them."""
    return hashlib.sha256(words.encode()).hexdigest() if words else ""
