"""What a district's folder says of enterprises: loaded as data, checked as a whole."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.conditions.public import ConditionError, Schema, parse
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.enterprises.models import Catalogue, DoublingTarget
from district.systems.enterprises.names import CATALOGUE, LOAD
from district.systems.enterprises.rules.catalogue import CatalogueError, Settings, settings_from
from district.systems.enterprises.rules.industries import (
    IndustryError,
    industries_from,
    read_industries,
)
from district.systems.enterprises.rules.ladder import read_rung
from district.systems.enterprises.selectors.catalogue import (
    default_industries,
    default_settings,
    forget_catalogue,
)
from district.systems.enterprises.services.doubling import put_doublings
from district.systems.enterprises.services.sources import put_sources

_LOADER = Actor.system("loader")


def load_enterprises_file(path: Path) -> str:
    """Read what `district.toml` names under `enterprises`; the same again changes nothing.

    Its `industries` names a CSV file beside it that stands in for the product's table; where it
    says `doubling`, those targets are in force instead of earlier ones. Raises Invalid naming the
    entry.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(
            "enterprises",
            _("文件不是能读的 TOML：%(error)s") % {"error": error},
            _("请改正后重新载入。"),
        ) from error
    doublings = data.pop("doubling", None)
    table = data.pop("industries", "")
    rows = _industry_rows(path.parent / table) if table else []
    settings = put_catalogue(data, rows, actor=_LOADER, doublings=doublings)
    return (
        f"enterprises: {len(settings.sources)} sources, "
        f"{len(settings.qualifications)} qualifications, {len(settings.rungs)} rungs"
        + (f", {len(rows)} industries" if rows else "")
    )


def _industry_rows(path: Path) -> list[tuple[str, str, str]]:
    try:
        rows = read_industries(path.read_text(encoding="utf-8"))
        industries_from(rows)
    except (OSError, UnicodeDecodeError, IndustryError) as error:
        raise Invalid(
            "industries",
            _("行业表不能使用：%(error)s") % {"error": error},
            _("请对照 docs/systems/enterprises.md 改正。"),
        ) from error
    return rows


@transaction.atomic
def put_catalogue(
    data: Mapping[str, Any],
    industry_rows: list[tuple[str, str, str]],
    *,
    actor: Actor,
    doublings: Sequence[Mapping[str, Any]] | None = None,
) -> Settings:
    """Put a district's own settings and industries in force, instead of earlier ones, and with
    `doublings` its targets of the doubling plan (None: those in force stay).

    Lists that `data` does not name stay the product's. Raises NotPermitted and Invalid.
    """
    from district.systems.enterprises.services.believing import weigh_anew_later
    from district.systems.enterprises.tables import schema

    authorise(actor, LOAD)
    try:
        settings = settings_from(default_settings() | dict(data))
    except CatalogueError as error:
        raise _wrong(error.field, error.problem) from error
    _check_units(settings)
    _check_rungs(settings, schema())
    _check_groups(settings, industry_rows)
    changed = _put("settings", dict(data)) | _put(
        "industries", [list(row) for row in industry_rows]
    )
    forget_catalogue()
    if put_sources():
        weigh_anew_later()
    if changed:
        subject, kind = Subject(CATALOGUE, "settings"), "enterprises.catalogue.loaded"
        record(subject, kind, {"parts": sorted(changed)}, actor=actor)
    if doublings is not None:
        put_doublings(doublings, actor=actor)
    _check_groups_in_use(settings)
    return settings


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid(
        field,
        _("企业目录的这一项不对：%(problem)s。") % {"problem": problem},
        _("请对照 docs/systems/enterprises.md 改正。"),
    )


def _check_units(settings: Settings) -> None:
    named = {code for code in (settings.service_unit, *settings.departments) if code}
    known = set(Unit.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    for code in sorted(named - known):
        raise _wrong("departments", f"no such unit: {code}")


def _check_rungs(settings: Settings, schema: Schema) -> None:
    for rung in settings.rungs:
        texts = {"standing": rung.standing, "requirements": rung.requirements}
        texts |= {"among": rung.among} if rung.among else {}
        for name, text in texts.items():
            try:
                parse(text, schema)
            except ConditionError as error:
                raise _wrong(f"rungs.{rung.key}.{name}", str(error)) from error
        most = len(read_rung(rung, schema).clauses)
        for field in ("clause_names", "clause_names_en"):
            if len(getattr(rung, field)) > most:
                raise _wrong(f"rungs.{rung.key}.{field}", f"the rung has {most} clauses")


def _check_groups(settings: Settings, rows: list[tuple[str, str, str]]) -> None:
    table = industries_from(rows) if rows else default_industries()
    for group in settings.industry_groups:
        wrong = [code for code in group.codes if table.full_code(code) != code]
        if wrong or not group.codes:
            problem = f"no code like C39 or C3921: {', '.join(wrong)}"
            raise _wrong(f"industry_groups.{group.key}.codes", problem)


def _check_groups_in_use(settings: Settings) -> None:
    used = DoublingTarget.objects.filter(in_force=True).exclude(group="")
    for key in sorted(set(used.values_list("group", flat=True))):
        if settings.group(key) is None:
            raise _wrong("industry_groups", f"a target of the doubling plan is of the group {key}")


def _put(key: str, content: Any) -> set[str]:
    """Keep a part; the set of its key where it is another than was kept."""
    if not content:
        gone, _rows = Catalogue.objects.filter(pk=key).delete()
        return {key} if gone else set()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if Catalogue.objects.filter(pk=key, digest=digest).exists():
        return set()
    values = {"content": content, "digest": digest, "loaded_at": clock.now()}
    Catalogue.objects.update_or_create(pk=key, defaults=values)
    return {key}
