"""Reads of entries, and who may do what with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import said
from district.kernel.conditions.public import Attribute, Schema
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, permitted, posts_of, root_code, visible
from district.systems.scenarios.catalogue import catalogue, choices, label
from district.systems.scenarios.models import Entry, Keeper
from district.systems.scenarios.names import ENTRY, VIEW, offer_action, publish_action
from district.systems.scenarios.rules.kinds import Kind

#: States of an entry of an enterprise that was never taken up.
WAITING = (Entry.State.OFFERED, Entry.State.REFUSED)
#: What an entry's `requires` may say of its counterpart.
SCHEMA = Schema(
    "scenarios.entry",
    (
        Attribute("title", gettext_lazy("名称"), "text"),
        Attribute("area", gettext_lazy("技术领域"), "choice", choices=choices(catalogue().areas)),
        Attribute("tags", gettext_lazy("标签"), "set"),
        Attribute("level", gettext_lazy("成熟度等级"), "integer"),
        Attribute("money", gettext_lazy("金额"), "decimal", unit="万元"),
        Attribute("street", gettext_lazy("街道"), "code", path="street_unit_id"),
        Attribute("organisation", gettext_lazy("单位名称"), "text"),
        Attribute("code", gettext_lazy("统一社会信用代码"), "text", path="organisation_code"),
        Attribute("valid_until", gettext_lazy("有效期至"), "date"),
    ),
)


def values_of(entry: Entry) -> dict[str, Any]:
    """An entry by the keys of `SCHEMA`; what is not known is None."""
    return {
        "title": entry.title,
        "area": entry.area or None,
        "tags": list(entry.tags),
        "level": entry.level,
        "money": entry.money,
        "street": entry.street_unit_id,
        "organisation": entry.organisation or None,
        "code": entry.organisation_code or None,
        "valid_until": entry.valid_until,
    }


def keeper_of(key: str) -> str:
    """The code of the unit that keeps a list or scheme."""
    found = Keeper.objects.filter(pk=key).values_list("unit_id", flat=True).first()
    return found or root_code()


def keepers_of(keys: Iterable[str]) -> dict[str, str]:
    """The units that keep these lists or schemes, by key. One query."""
    wanted = list(keys)
    found = dict(Keeper.objects.filter(pk__in=wanted).values_list("key", "unit_id"))
    return {key: found.get(key) or root_code() for key in wanted}


def entry_subject(entry: Entry) -> Subject:
    """How history names an entry."""
    return Subject(ENTRY, str(entry.pk))


def owned_entry(entry: Entry, keeper: str = "") -> Owned:
    """The lead unit's; it lies on the desk of whoever keeps the list."""
    return Owned(entry.lead_unit_id, centre=keeper)


def entry_for(entry_id: UUID | str, actor: Actor) -> Entry:
    """The entry with its units; NotFound also where the actor may not see it."""
    rows = Entry.objects.filter(visible(actor, VIEW).q("lead_unit"))
    try:
        found = (
            rows.select_related("lead_unit", "street_unit", "published_in")
            .filter(pk=entry_id)
            .first()
        )
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这个条目，或您没有查看的权限。"))
    return found


def offered_kinds(actor: Actor) -> list[Kind]:
    """The kinds of which the actor may offer an entry for one of its own units."""
    return [kind for kind in catalogue().kinds.values() if own_units(actor, offer_action(kind.key))]


def own_units(actor: Actor, action: str) -> list[str]:
    """The units of the actor's posts for which the actor may do it."""
    return [
        post.unit
        for post in posts_of(actor)
        if permitted(actor, action, Owned(post.unit, path=post.path))
    ]


def may_publish(actor: Actor, list_key: str) -> bool:
    """Whether the actor publishes this list."""
    return permitted(actor, publish_action(list_key), Owned(keeper_of(list_key)))


def public_content(entry: Entry, kind: Kind) -> dict[str, Any]:
    """What the published list says of an entry: no person, no telephone number. JSON."""
    return {
        "number": entry.number,
        "kind": entry.kind,
        "title": entry.title,
        "text": entry.text,
        "organisation": entry.organisation,
        "code": entry.organisation_code,
        "area": entry.area,
        "tags": sorted(entry.tags),
        "stage": entry.stage,
        "street": entry.street_unit.short_name if entry.street_unit else "",
        "place": entry.place,
        "money": plain_money(entry.money),
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else "",
        "requires": entry.requires,
        "lead_unit": entry.lead_unit.name,
        **{one.key: entry.own.get(one.key, "") for one in kind.own},
    }


def plain_money(money: Decimal | None) -> str:
    """Money without trailing zeros, "" where none is stated."""
    return format(money.normalize(), "f") if money is not None else ""


def proposed_values(entry: Entry) -> dict[str, Any]:
    """What `proposed` holds as values again; empty where nothing is proposed."""
    found: dict[str, Any] = dict(entry.proposed or {})
    if "money" in found:
        found["money"] = Decimal(found["money"]) if found["money"] else None
    if "valid_until" in found:
        text = found["valid_until"]
        found["valid_until"] = date.fromisoformat(text) if text else None
    return found


def waits(entry: Entry) -> bool:
    """Whether the keeper's unit has something of the enterprise's to decide."""
    taken_up = entry.state not in (*WAITING, Entry.State.WITHDRAWN)
    return entry.state == Entry.State.OFFERED or (taken_up and entry.proposed is not None)


def column_labels(kinds: Iterable[Kind]) -> dict[str, str]:
    """What the columns of published entries are called, in their order."""
    common = {
        "number": _("编号"),
        "kind": _("类别"),
        "title": _("名称"),
        "text": _("说明"),
        "organisation": _("单位名称"),
        "code": _("统一社会信用代码"),
        "area": _("技术领域"),
        "tags": _("标签"),
        "stage": _("成熟度"),
        "street": _("街道"),
        "place": _("地点"),
        "money": _("金额（万元）"),
        "valid_until": _("有效期至"),
        "requires": _("硬性条件"),
        "lead_unit": _("牵头单位"),
    }
    return common | {one.key: said(one.label) for kind in kinds for one in kind.own}


@dataclass(frozen=True)
class PublicLine:
    """An entry as a published list holds it, in words. `facts` are its further columns, label and
    value; no person and no telephone number is among them."""

    number: str
    kind: str
    kind_word: str
    title: str
    text: str
    facts: tuple[tuple[str, str], ...]


def line_in_words(content: Mapping[str, Any], labels: Mapping[str, str]) -> PublicLine:
    """A line of an edition as people read it; `labels` are its list's `column_labels`."""
    facts = [
        (name, shown(content, key))
        for key, name in labels.items()
        if key not in ("number", "kind", "title", "text") and content.get(key)
    ]
    return PublicLine(
        content["number"],
        content["kind"],
        shown(content, "kind"),
        content["title"],
        content["text"],
        tuple(facts),
    )


def shown(content: Mapping[str, Any], key: str) -> str:
    """A column of a published entry as people read it."""
    value, words = content.get(key, ""), catalogue()
    if key == "tags":
        return _("、").join(label(words.tags, tag) for tag in value)
    if key == "area":
        return label(words.areas, value) if value else ""
    if key == "stage":
        return label(words.stages, value) if value else ""
    if key == "kind":
        return label(words.kinds, value)
    kind = words.kinds.get(str(content.get("kind")))
    for one in kind.own if kind else ():
        if one.key == key and one.choices:
            return next((said(word) for choice, word in one.choices if choice == value), str(value))
    return str(value)
