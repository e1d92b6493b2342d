"""Templates: which approvals a kind of project needs, in which order. Data, read and linted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_MOST_ITEMS = 200
_MOST_DAYS = 500


class TemplateError(ValueError):
    """A template that cannot be taken: where, and why."""

    def __init__(self, entry: str, problem: str) -> None:
        super().__init__(f"{entry}: {problem}")
        self.entry, self.problem = entry, problem


@dataclass(frozen=True)
class Link:
    """A prerequisite: `item` comes before.

    - `after`: it must be approved before this item is accepted.
    - `early` (提前介入): as `after`, unless early intervention is used; then this item may be
      accepted `lag` working days after that one was, on the stated `materials`, and is approved
      at least `rest` working days after that one.
    - `tolerate` (容缺受理): as `after`, unless the missing material is tolerated; then this item
      may be accepted without it and is not approved before that one.
    """

    item: str
    kind: str = "after"
    lag: int = 0
    rest: int = 0
    materials: str = ""


@dataclass(frozen=True)
class ItemSpec:
    """An approval: terms in working days (`statutory` by law, `promised` by the authority),
    `prepare` working days of the applicant's before it can be handed in once what comes before is
    approved; `group` names what runs in parallel (并联)."""

    key: str
    zh: str
    en: str
    unit: str
    statutory: int
    promised: int
    prepare: int = 0
    group: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Template:
    """The approvals of a kind of project; with the item `start` construction may begin.

    Every item leads to `start`; `items` are in an order in which prerequisites come first.
    """

    key: str
    zh: str
    en: str
    start: str
    items: tuple[ItemSpec, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each item stands in `items`."""
        return {item.key: at for at, item in enumerate(self.items)}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups in the order in which they are first met."""
        return tuple(dict.fromkeys(item.group for item in self.items))


def template_from(data: Mapping[str, Any]) -> Template:
    """A template as its file says it. Raises TemplateError naming the entry."""
    key = data.get("key")
    if not isinstance(key, str) or not 1 <= len(key) <= 40:
        raise TemplateError("templates", "each needs a key of at most 40 letters")
    rows = data.get("items")
    if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST_ITEMS:
        raise TemplateError(key, f"needs 1 to {_MOST_ITEMS} items")
    items = [_item(key, row) for row in rows]
    _lint_names(key, items)
    start = str(data.get("start", ""))
    if start not in {item.key for item in items}:
        raise TemplateError(f"{key}.start", f"no such item: {start}")
    ordered = _in_order(key, items)
    _lint_ends(key, ordered, start)
    return Template(
        key, str(data.get("label") or key), str(data.get("label_en", "")), start, tuple(ordered)
    )


def _item(template: str, row: Any) -> ItemSpec:
    key = row.get("key") if isinstance(row, Mapping) else None
    if not isinstance(key, str) or not 1 <= len(key) <= 40 or not row.get("label"):
        raise TemplateError(template, "each item needs a key and a label")
    entry = f"{template}.{key}"
    statutory = _days(f"{entry}.statutory", row.get("statutory"), least=1)
    promised = _days(f"{entry}.promised", row.get("promised", statutory), least=1)
    if promised > statutory:
        raise TemplateError(f"{entry}.promised", "is longer than the statutory term")
    links = [Link(str(one)) for one in _listed(entry, row, "after")]
    links += [_link(entry, "early", one) for one in _listed(entry, row, "early")]
    links += [_link(entry, "tolerate", one) for one in _listed(entry, row, "tolerate")]
    return ItemSpec(
        key,
        str(row["label"]),
        str(row.get("label_en", "")),
        str(row.get("unit", "")),
        statutory,
        promised,
        _days(f"{entry}.prepare", row.get("prepare", 0)),
        str(row.get("group", "")),
        tuple(links),
    )


def _listed(entry: str, row: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = row.get(name, [])
    if not isinstance(found, list):
        raise TemplateError(f"{entry}.{name}", "must be a list")
    return found


def _link(entry: str, kind: str, given: Any) -> Link:
    if not isinstance(given, Mapping) or not isinstance(given.get("item"), str):
        raise TemplateError(f"{entry}.{kind}", "each names its item")
    if not str(given.get("materials", "")).strip():
        raise TemplateError(f"{entry}.{kind}", f"says which materials of {given['item']}")
    return Link(
        given["item"],
        kind,
        _days(f"{entry}.{kind}.lag", given.get("lag", 0)),
        _days(f"{entry}.{kind}.rest", given.get("rest", 0)),
        str(given["materials"]),
    )


def _days(entry: str, given: Any, *, least: int = 0) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= _MOST_DAYS:
        raise TemplateError(entry, f"must be a whole number of days from {least} to {_MOST_DAYS}")
    return given


def _lint_names(template: str, items: Iterable[ItemSpec]) -> None:
    known: set[str] = set()
    for item in items:
        if item.key in known:
            raise TemplateError(f"{template}.{item.key}", "stands twice")
        known.add(item.key)
    for item in items:
        before = [link.item for link in item.links]
        for other in before:
            if other not in known:
                raise TemplateError(f"{template}.{item.key}", f"no such item: {other}")
            if before.count(other) > 1:
                raise TemplateError(f"{template}.{item.key}", f"names {other} twice")


def _in_order(template: str, items: Sequence[ItemSpec]) -> list[ItemSpec]:
    """The items, prerequisites first, else as the file has them."""
    done: set[str] = set()
    ordered: list[ItemSpec] = []
    waiting = list(items)
    while waiting:
        ready = [one for one in waiting if all(link.item in done for link in one.links)]
        if not ready:
            round_ = "、".join(sorted(one.key for one in waiting))
            raise TemplateError(template, f"items wait for each other: {round_}")
        ordered += ready
        done |= {one.key for one in ready}
        waiting = [one for one in waiting if one.key not in done]
    return ordered


def _lint_ends(template: str, ordered: Sequence[ItemSpec], start: str) -> None:
    leads = {start}
    for item in reversed(ordered):
        if item.key in leads:
            leads |= {link.item for link in item.links}
    for item in ordered:
        if item.key not in leads:
            raise TemplateError(f"{template}.{item.key}", f"does not lead to {start}")
