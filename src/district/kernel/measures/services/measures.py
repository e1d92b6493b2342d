"""Writes on measures: making them, changing their basis, new versions of their definition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.measures.models import Measure, MeasureDefinition
from district.kernel.measures.models.measures import Source
from district.kernel.measures.records import MeasureSpec
from district.kernel.measures.rules.keys import RESERVED, key_for
from district.kernel.measures.rules.periods import frequencies_of
from district.kernel.measures.selectors.values import has_values
from district.kernel.measures.subjects import measure_subject
from district.kernel.organisation.public import authorise

_FIELDS = (
    "name",
    "name_en",
    "unit",
    "decimals",
    "basis",
    "span",
    "prices",
    "frequency",
    "direction",
    "aggregation",
    "source",
)
# What the values so far would mean something else under.
FIXED_BY_VALUES = ("unit", "basis", "span", "aggregation")


@transaction.atomic
def ensure_measures(specs: Iterable[MeasureSpec], *, actor: Actor) -> dict[str, Measure]:
    """The measures of these keys, made where they are missing; existing ones stay as they are.

    Raises Invalid on a word that a measure cannot have.
    """
    wanted = {spec.key: spec for spec in specs}
    found = Measure.objects.in_bulk(wanted)
    missing = [spec for key, spec in wanted.items() if key not in found]
    if missing:
        authorise(actor, "measures.measure.save")
        found.update(_create(missing, actor))
    return found


def _create(specs: list[MeasureSpec], actor: Actor) -> dict[str, Measure]:
    rows = [Measure(key=spec.key, **_values(spec)) for spec in specs]
    for row in rows:
        _check(row)
    Measure.objects.bulk_create(rows)
    now = clock.now()
    MeasureDefinition.objects.bulk_create(
        MeasureDefinition(measure=row, number=1, text=spec.definition, since=now)
        for row, spec in zip(rows, specs, strict=True)
    )
    record_many(
        [
            Entry(
                measure_subject(spec.key),
                "measures.measure.created",
                {**_values(spec), "definition": spec.definition},
            )
            for spec in specs
        ],
        actor=actor,
    )
    return {row.key: row for row in rows}


@transaction.atomic
def define_measure(spec: MeasureSpec, *, actor: Actor) -> Measure:
    """Make a measure that a planner defines; without a key it gets one from its own words.

    Raises Invalid when there is such a measure already, or on a word that it cannot have.
    """
    authorise(actor, "measures.measure.save")
    given, key = spec.key, spec.key or key_for(spec.name, spec.unit, spec.basis, spec.span)
    if Measure.objects.filter(pk=key).exists():
        raise Invalid(
            "key" if given else "name",
            _("已有编码为 %(key)s 的指标。") % {"key": key},
            _("请修改那个指标，或换一个编码。"),
        )
    _not_by_hand(spec.source)
    return _create([replace(spec, key=key)], actor)[key]


@transaction.atomic
def save_measure(spec: MeasureSpec, *, actor: Actor, seen: int | None = None) -> Measure:
    """Make a measure, or change it to `spec`; `seen` is the version that the reader saw.

    A change of the definition (口径) or of the prices begins a new version; values so far keep
    theirs. Raises Invalid when the unit or the basis of a measure that has values would change,
    Conflict when somebody else changed it meanwhile.
    """
    authorise(actor, "measures.measure.save")
    row = Measure.objects.filter(pk=spec.key).first()
    if row is None:
        return _create([spec], actor)[spec.key]
    as_seen(row, seen)
    after = _values(spec)
    before = {key: getattr(row, key) for key in after}
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    _allow(row, changed)
    last = row.definitions.order_by("-number").first()
    text = last.text if last else ""
    redefined = last is None or text != spec.definition or "prices" in changed
    if not changed and not redefined:
        return row
    for key, value in after.items():
        setattr(row, key, value)
    if redefined:
        row.definition_version = (last.number if last else 0) + 1
        if text != spec.definition:
            changed["definition"] = [text, spec.definition]
        changed["definition_version"] = [row.definition_version - 1, row.definition_version]
        MeasureDefinition.objects.create(
            measure=row,
            number=row.definition_version,
            text=spec.definition,
            since=clock.now(),
        )
    _check(row)
    save_versioned(row, [*_FIELDS, "definition_version"])
    record(measure_subject(row.key), "measures.measure.changed", changed, actor=actor)
    return row


def as_seen(row: Measure, seen: int | None) -> None:
    """Raise Conflict when the measure is no longer the one that the reader saw."""
    if seen is not None and row.version != seen:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。"))


def _allow(row: Measure, changed: dict[str, list[Any]]) -> None:
    """Refuse changes that would make something else of the values so far."""
    fixed = set(FIXED_BY_VALUES) & set(changed)
    if fixed and has_values(row.key):
        raise Invalid(
            min(fixed),
            _("已有数值的指标不能改计量单位和口径类型。"),
            _("请新建一个指标。"),
        )
    if "source" in changed:
        for source in changed["source"]:
            _not_by_hand(source)


def _not_by_hand(source: str) -> None:
    """A measure is computed because a system declares it, not because somebody says so."""
    if source == Source.SYSTEM:
        raise Invalid(
            "source", _("系统计算的指标由系统自己建立。"), _("请选择统计反馈或部门填报。")
        )


def _values(spec: MeasureSpec) -> dict[str, Any]:
    return {key: getattr(spec, key) for key in _FIELDS}


def _check(row: Measure) -> None:
    try:
        row.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(field, " ".join(messages), _("请改正后再试。")) from error
    if row.key in RESERVED:
        raise Invalid("key", _("“%(key)s”已作它用。") % {"key": row.key}, _("请换一个编码。"))
    if row.frequency not in frequencies_of(row.span):
        raise Invalid(
            "frequency",
            _("频率与时间口径不符。"),
            _("当月值每月填，当季值每季填，全年值每年填。"),
        )
