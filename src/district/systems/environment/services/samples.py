"""Laboratory samples: brought in by file; a corrected one is another vintage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, authorise
from district.systems.environment.models import RiverSection, WaterSample
from district.systems.environment.names import SAVE_SAMPLE
from district.systems.environment.rules.water import lab_value
from district.systems.environment.services.vintages import keep
from district.systems.environment.services.water import add_values, compute_months
from district.systems.environment.standards import water_standard


@transaction.atomic
def save_sample(values: Mapping[str, Any], known: WaterSample | None, actor: Actor) -> WaterSample:
    """A laboratory's findings in a section on a day; items by their keys, `0.12` or `<0.01`.

    Given again with other values it is another vintage; an item that is not given stays as it was.
    The month and the year so far are assessed at once. Raises NotPermitted, Invalid.
    """
    code = str(values.get("section") or "").strip()
    # Samples of a section are taken one after another: two at once would both be the first.
    section = RiverSection.objects.select_for_update().filter(code=code).first()
    if section is None:
        raise Invalid("section", _("没有这个断面。"), _("请核对断面编号。"))
    authorise(actor, SAVE_SAMPLE, Owned(section.lead_unit_id))
    taken = values.get("taken_on")
    if taken is None or taken > clock.today():
        raise Invalid("taken_on", _("采样日期不对。"), _("请填写今天或以前的日期。"))
    within = {"section": section, "taken_on": taken, "source": WaterSample.Source.LAB}
    known = WaterSample.objects.filter(is_current=True, **within).first() or known
    found = {**(known.found if known else {}), **found_in(values)}
    if not found:
        raise Invalid("taken_on", _("这一行没有任何项目的数据。"), _("请至少填写一个项目。"))
    at = clock.now()
    row = {
        "section": section,
        "taken_on": taken,
        "source": WaterSample.Source.LAB,
        "batch": str(values.get("batch") or (known.batch if known else "")).strip()[:40],
        "found": dict(sorted(found.items())),
        "lead_unit_id": section.lead_unit_id,
        "standard": water_standard(taken).key,
    }
    new = keep(WaterSample, ("taken_on",), [row], at=at, actor=actor, within=within)
    if not new:
        return WaterSample.objects.get(is_current=True, **within)
    add_values(new)
    compute_months(section, [taken], at=at, actor=actor)
    data = {"section": section.code, "day": taken.isoformat(), "items": row["found"]}
    subject = Subject("environment.watersample", str(new[0].pk))
    record(subject, "environment.sample.saved", data, actor=actor)
    return new[0]


def found_in(values: Mapping[str, Any]) -> dict[str, str]:
    """The items among a row's values, as they were written; Invalid names one that is none."""
    taken = values.get("taken_on") or clock.today()
    standard = water_standard(taken)
    found = {}
    for item in standard.items:
        text = str(values.get(item.key) or "").strip()
        if not text:
            continue
        try:
            lab_value(text, standard)
        except ValueError as error:
            raise Invalid(
                item.key,
                _("“%(text)s”不是浓度。") % {"text": text[:20]},
                _("请填写数字，未检出的写成“<检出限”，例如 <0.01。"),
            ) from error
        found[item.key] = text[:20]
    return found


def differing(values: Mapping[str, Any], known: WaterSample) -> dict[str, Any]:
    """What a file says that a sample does not hold yet; nothing where a value cannot be read, which
    saving then refuses."""
    try:
        found = found_in(values)
    except Invalid:
        return dict(values)
    news = {key: text for key, text in found.items() if known.found.get(key) != text}
    batch = str(values.get("batch") or "").strip()
    if batch and batch != known.batch:
        news["batch"] = batch
    return news
