"""The centres' names: reading a district's file, and what a unit's board is called."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.base.recent import kept_for
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Level, Unit, authorise
from district.systems.operations_centre.board.models import CentreName
from district.systems.operations_centre.board.names import LOAD
from district.systems.operations_centre.board.rules import centre_name

LOADER = Actor.system("loader")
_LONGEST = {"name": 100, "name_en": 160}


def load_centres_file(path: Path) -> str:
    """Read the file that `district.toml` names; the same file again changes nothing."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(
            "operations_centre",
            _("文件不是能读的 TOML：%(error)s") % {"error": error},
            _("请改正后重新载入。"),
        ) from error
    names = parse_centres(data)
    changed = load_centres(names, actor=LOADER)
    return f"operations centres: {len(names)} names, {changed} changed"


def parse_centres(data: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """(name, English name) by key; Invalid naming the entry that is wrong."""
    found = {}
    for level, entry in dict(data.get("levels", {})).items():
        if level not in Level.values:
            raise Invalid(
                f"levels.{level}",
                _("没有层级“%(level)s”。") % {"level": level},
                _("层级是：%(levels)s。") % {"levels": "、".join(Level.values)},
            )
        found[f"level:{level}"] = _names(f"levels.{level}", entry)
    for at, entry in enumerate(data.get("centres", []), start=1):
        unit = str(entry.get("unit", "")) if isinstance(entry, dict) else ""
        if not unit:
            raise Invalid(f"centres.{at}", _("没有写单位编码。"), _("请加一行 unit = “编码”。"))
        found[unit] = _names(f"centres.{at}", entry)
    return found


def _names(where: str, entry: Any) -> tuple[str, str]:
    names = entry if isinstance(entry, dict) else {}
    both = str(names.get("name", "")).strip(), str(names.get("name_en", "")).strip()
    if not both[0]:
        raise Invalid(f"{where}.name", _("没有写名称。"), _("请加一行 name = “名称”。"))
    for key, text in zip(_LONGEST, both, strict=True):
        if len(text) > _LONGEST[key]:
            most = {"most": _LONGEST[key]}
            raise Invalid(f"{where}.{key}", _("名称太长。"), _("请不超过 %(most)s 个字。") % most)
    return both


@transaction.atomic
def load_centres(names: dict[str, tuple[str, str]], *, actor: Actor) -> int:
    """Make the names those given; returns how many were added, changed or removed.

    Raises Invalid for a unit that there is not.
    """
    authorise(actor, LOAD)
    codes = [key for key in names if not key.startswith("level:")]
    unknown = sorted(
        set(codes) - set(Unit.objects.filter(pk__in=codes).values_list("pk", flat=True))
    )
    if unknown:
        raise Invalid(
            "centres",
            _("没有单位 %(code)s。") % {"code": unknown[0]},
            _("请核对单位编码。"),
        )
    known = {row.key: (row.name, row.name_en) for row in CentreName.objects.all()}
    gone = sorted(set(known) - set(names))
    differing = {key: both for key, both in names.items() if known.get(key) != both}
    CentreName.objects.filter(pk__in=gone).delete()
    for key, (name, name_en) in differing.items():
        CentreName(key=key, name=name, name_en=name_en).save()
    if gone or differing:
        data = {"names": {key: name for key, (name, _english) in sorted(names.items())}}
        record(
            Subject("operations_centre.centres", "all"),
            "operations_centre.centres.loaded",
            data,
            actor=actor,
        )
    centre_names.forget()
    return len(gone) + len(differing)


@kept_for(60)
def centre_names() -> dict[str, tuple[str, str]]:
    """(name, English name) by unit or level, as of a minute ago."""
    rows = CentreName.objects.values_list("key", "name", "name_en")
    return {key: (name, english) for key, name, english in rows}


def centre_of(unit: Unit) -> str:
    """What a unit's centre is called, in the language of the page."""
    known = centre_names()
    english = (get_language() or "").startswith("en")
    own, own_en = known.get(unit.pk, ("", ""))
    pattern, pattern_en = known.get(f"level:{unit.level}", ("", ""))
    named = (own_en or own) if english else own
    shape = (pattern_en or pattern) if english else pattern
    return centre_name(
        unit.display_name, unit.display_short, shape or _("{name}运行指挥中心"), named
    )
