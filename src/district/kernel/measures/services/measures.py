"""Writes on measures: making them, changing their basis, new versions of their definition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, Subject, record, record_many
from district.kernel.measures.models import Measure, MeasureDefinition
from district.kernel.measures.records import MeasureSpec
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


def subject_of(key: str) -> Subject:
    """The reference of a measure."""
    return Subject("measures.measure", key)


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
                subject_of(spec.key),
                "measures.measure.created",
                {**_values(spec), "definition": spec.definition},
            )
            for spec in specs
        ],
        actor=actor,
    )
    return {row.key: row for row in rows}


@transaction.atomic
def save_measure(spec: MeasureSpec, *, actor: Actor) -> Measure:
    """Make a measure, or change it to `spec`.

    A change of the definition (口径) begins a new version; values so far keep theirs. Raises
    Invalid when the unit or the basis of a measure that has values would change.
    """
    authorise(actor, "measures.measure.save")
    row = Measure.objects.filter(pk=spec.key).first()
    if row is None:
        return _create([spec], actor)[spec.key]
    after = _values(spec)
    before = {key: getattr(row, key) for key in after}
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    fixed = {"unit", "basis", "span", "aggregation"} & set(changed)
    if fixed and row.values.exists():
        raise Invalid(
            min(fixed),
            _("已有数值的指标不能改计量单位和口径类型。"),
            _("请新建一个指标。"),
        )
    last = row.definitions.order_by("-number").first()
    redefined = last is None or last.text != spec.definition
    if not changed and not redefined:
        return row
    for key, value in after.items():
        setattr(row, key, value)
    if redefined:
        row.definition_version = (last.number if last else 0) + 1
        changed["definition"] = [last.text if last else "", spec.definition]
        MeasureDefinition.objects.create(
            measure=row,
            number=row.definition_version,
            text=spec.definition,
            since=clock.now(),
        )
    _check(row)
    save_versioned(row, [*_FIELDS, "definition_version"])
    record(subject_of(row.key), "measures.measure.changed", changed, actor=actor)
    return row


def _values(spec: MeasureSpec) -> dict[str, Any]:
    return {key: getattr(spec, key) for key in _FIELDS}


def _check(row: Measure) -> None:
    try:
        row.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(field, " ".join(messages), _("请改正后再试。")) from error
