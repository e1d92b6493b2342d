"""What a district's folder says of investment projects: loaded as data, checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.district_settings import KEY, digest_of, read_setting_file
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.projects.models import TemplateVersion
from district.systems.projects.names import LOAD, SETTING
from district.systems.projects.rules.settings import Settings
from district.systems.projects.selectors.settings import (
    HELD,
    template_content,
)

_LOADER = Actor.system("loader")


def load_projects_file(path: Path) -> str:
    """Read what `district.toml` names under `projects`; the same again changes nothing.

    Raises Invalid naming the entry.
    """
    data = read_setting_file(path, "projects", _wrong)
    found = put_settings(data, actor=_LOADER)
    items = sum(len(one.items) for one in found.templates.values())
    return f"projects: {len(found.templates)} templates, {items} approvals"


@transaction.atomic
def put_settings(data: Mapping[str, Any], *, actor: Actor) -> Settings:
    """Put a district's own settings in force; entries that it does not name stay the product's.

    A template whose text is new becomes a version; projects keep theirs. Raises NotPermitted, and
    Invalid naming the entry.
    """
    authorise(actor, LOAD)
    found = HELD.taken(data, _wrong)
    _check_units(found)
    digest = HELD.keep(data)
    if digest:
        told = {"digest": digest, "templates": sorted(found.templates)}
        record(Subject(SETTING, KEY), "projects.setting.loaded", told, actor=actor)
    for kind in found.templates:
        current_template(kind)
    return found


def current_template(kind: str) -> TemplateVersion:
    """The version of a kind's template that new projects take; made where its text is new.

    Raises Invalid for a kind that there is not. Part of the caller's transaction.
    """
    try:
        content = template_content(kind)
    except KeyError:
        raise Invalid("kind", _("没有这种项目类型。"), _("请从列表中选择。")) from None
    digest = digest_of(content)
    versions = TemplateVersion.objects.filter(kind=kind)
    known = versions.filter(digest=digest).order_by("-number").first()
    if known is not None:
        return known
    number = (versions.aggregate(most=Max("number"))["most"] or 0) + 1
    return TemplateVersion.objects.create(
        kind=kind, number=number, content=content, digest=digest, loaded_at=clock.now()
    )


def _wrong(entry: str, problem: str) -> Invalid:
    return Invalid(
        entry,
        _("投资项目设置的“%(entry)s”不对：%(problem)s。") % {"entry": entry, "problem": problem},
        _("请对照 docs/systems/projects.md 改正。"),
    )


def _check_units(found: Settings) -> None:
    named = {found.coordinating_unit, found.statistics_unit}
    named |= {item.unit for one in found.templates.values() for item in one.items}
    named.discard("")
    known = set(Unit.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    for code in sorted(named - known):
        raise _wrong("unit", f"no such unit: {code}")
